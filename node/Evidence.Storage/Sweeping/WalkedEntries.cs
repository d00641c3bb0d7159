using Evidence.Storage.Index;

namespace Evidence.Storage.Sweeping;

/// <summary>Sums what the index must hold of records that a walk found. Not for several threads at once.</summary>
public sealed class WalkedEntries(SweepPlan plan)
{
    private readonly EntryHasher _entries = new(plan.Key);

    /// <summary>The sum so far.</summary>
    public EntryPrint Sum => _entries.Sum;

    /// <summary>Takes a record in, if it is one that the pass compares.</summary>
    public void Add(WalkedRecord record)
    {
        if (record.Place.Leaf < plan.Size) _entries.Add(IndexedRecord.Of(record));
    }
}

using Evidence.Core;
using Evidence.Storage.Index;

namespace Evidence.Storage.Mirroring;

/// <summary>Tells of records that come in leaf order whether each is new to the mirror and of the leaf that it must be of. Asks the index only where it may hold the leaf or the number already.</summary>
internal sealed class RecordNovelty(LogStore store, Func<ulong, Digest?>? proven)
{
    private readonly RecordId? _highest = store.Index.HighestRecord();
    private readonly bool _hasLater = store.Index.HasLeafFrom(store.Size);
    private readonly HashSet<RecordId> _numbers = [];
    private ulong? _last;

    /// <summary>False: it is not, or somebody else has to look.</summary>
    internal bool Is(IndexedRecord record, Digest leafHash)
    {
        var leaf = record.Place.Leaf;
        if (leaf <= _last || !_numbers.Add(record.Record)) return false;
        _last = leaf;
        if (leaf < store.Size && store.LeafHashOrNull(leaf) != leafHash) return false;
        if (proven is not null && proven(leaf) != leafHash) return false;
        if ((leaf < store.Size || _hasLater) && store.Index.FindLeaf(leaf) is not null) return false;
        return _highest is not { } highest || record.Record.CompareTo(highest) > 0 || store.Index.Find(record.Record) is null;
    }
}

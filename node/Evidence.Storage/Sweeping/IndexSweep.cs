using Evidence.Storage.Index;
using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Sweeping;

/// <summary>
/// Goes through all entries of an index, which reads and verifies every block, and says only whether they are those that the volumes give reason for, no more and no fewer.
/// Where they are not, <see cref="IndexComparison"/> names what is wrong.
/// </summary>
internal sealed class IndexSweep(LogStore store, SweepPlan plan, IReadOnlyList<VolumeState> volumes, ulong size, Snapshot snapshot)
{
    // About as many entries in each: contents and chunks of leaves; records; seals and volumes.
    private static readonly byte[][] Borders = [[], [IndexFormat.Record], [IndexFormat.Seal], []];

    /// <summary>Whether the index holds what the volumes gave.</summary>
    /// <param name="expected">The sum of the entries of all records below the plan's size.</param>
    /// <param name="ct">Gives up.</param>
    internal bool Agrees(EntryPrint expected, CancellationToken ct)
    {
        var sums = new EntryPrint?[Borders.Length - 1];
        Parallel.For(0, sums.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct }, i => sums[i] = SumOf(Borders[i], Borders[i + 1], ct));
        if (sums.Contains(null)) return false;
        return sums.Aggregate(EntryPrint.None, (all, sum) => all + sum!.Value) == Others(expected);
    }

    // The volumes and the format.
    private EntryPrint Others(EntryPrint records)
    {
        var hasher = new EntryHasher(plan.Key);
        hasher.Add([IndexFormat.Format], IndexFormat.Version);
        foreach (var volume in volumes) hasher.Add(IndexFormat.VolumeKey(volume.Number), IndexFormat.VolumeValue(volume));
        return records + hasher.Sum;
    }

    /// <summary>The sum of the entries from one key up to another; null when one of them is none that an index has.</summary>
    private EntryPrint? SumOf(byte[] from, byte[] to, CancellationToken ct)
    {
        var hasher = new EntryHasher(plan.Key);
        var count = 0;
        var all = store.Index.ForEach(from, snapshot, (key, value) =>
        {
            if (to.Length > 0 && key.Length > 0 && key[0] >= to[0]) return Visit.End;
            if (++count % 4096 == 0) ct.ThrowIfCancellationRequested();
            return Take(hasher, key, value) ? Visit.Next : Visit.Refuse;
        });
        return all ? hasher.Sum : null;
    }

    private bool Take(EntryHasher hasher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => key.Length == 0 ? false : key[0] switch
    {
        IndexFormat.Record => key.Length == IndexFormat.RecordKeySize && value.Length == sizeof(ulong) && Take(hasher, key, value, IndexFormat.ReadNumber(value)),
        IndexFormat.Seal or IndexFormat.Content => key.Length == IndexFormat.DigestKeySize && value.Length == 0 && Take(hasher, key, value, IndexFormat.ReadDigestLeaf(key)),
        IndexFormat.Leaf => TakeLeaves(hasher, key, value),
        IndexFormat.Volume => key.Length == 1 + sizeof(uint) && TakeWhole(hasher, key, value),
        IndexFormat.Format => key.Length == 1 && TakeWhole(hasher, key, value),
        _ => false,
    };

    private static bool TakeWhole(EntryHasher hasher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (value.Length > IndexFormat.Version.Length) return false;
        hasher.Add(key, value);
        return true;
    }

    // What came into the log since the pass began is for the next one.
    private bool Take(EntryHasher hasher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong leaf)
    {
        if (leaf >= size) return false;
        if (leaf < plan.Size) hasher.Add(key, value);
        return true;
    }

    private bool TakeLeaves(EntryHasher hasher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.Length != IndexFormat.NumberKeySize || value.Length == 0 || value.Length % LeafChunk.EntrySize != 0) return false;
        var last = IndexFormat.ReadNumber(key[1..]);
        var count = (ulong)(value.Length / LeafChunk.EntrySize);
        if (last >= size || last + 1 < count) return false;
        for (var leaf = last + 1 - count; leaf <= last && leaf < plan.Size; leaf++, value = value[LeafChunk.EntrySize..]) hasher.AddLeaf(leaf, value[..LeafChunk.EntrySize]);
        return true;
    }
}

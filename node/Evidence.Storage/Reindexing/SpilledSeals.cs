namespace Evidence.Storage.Reindexing;

/// <summary>A seal on its way into the tree.</summary>
/// <param name="Leaf">Its leaf, as the name of its member says.</param>
/// <param name="Volume">The volume that it lies in.</param>
/// <param name="Bytes">The seal.</param>
internal readonly record struct SpilledSeal(ulong Leaf, uint Volume, byte[] Bytes);

/// <summary>The seals of all volumes in the order of leaves. A spill is open only from its first seal to its last, so that as many are as volumes overlap.</summary>
internal static class SpilledSeals
{
    internal static IEnumerable<SpilledSeal> InOrder(IEnumerable<SealSpill> spills)
    {
        var queue = new PriorityQueue<(SealSpill Spill, SealSpillReader? Reader), ulong>(spills.Where(s => s.Count > 0).Select(s => ((s, (SealSpillReader?)null), s.First)));
        try
        {
            while (queue.TryDequeue(out var next, out _))
            {
                var reader = next.Reader ?? Begin(next.Spill);
                yield return new SpilledSeal(reader.Leaf, reader.Volume, reader.Seal);
                if (reader.MoveNext()) queue.Enqueue((next.Spill, reader), reader.Leaf);
                else reader.Dispose();
            }
        }
        finally
        {
            foreach (var ((_, reader), _) in queue.UnorderedItems) reader?.Dispose();
        }
    }

    private static SealSpillReader Begin(SealSpill spill)
    {
        var reader = new SealSpillReader(spill);
        reader.MoveNext();
        return reader;
    }
}

using Evidence.Core;
using Evidence.Core.Log;

namespace Evidence.Storage.Reindexing;

/// <summary>The root of a tree by the framework's SHA-256 alone, seal by seal: what stands behind every difference that is reported, and behind a root that nothing else confirms.</summary>
internal static class PlainRoot
{
    /// <summary>The root of the first <paramref name="size"/> seals, of which there are as many.</summary>
    internal static Digest Of(IEnumerable<SpilledSeal> seals, ulong size, ProgressCount progress, CancellationToken ct)
    {
        var tree = new GrowingRoot();
        foreach (var seal in seals)
        {
            if (tree.Size == size) break;
            ct.ThrowIfCancellationRequested();
            tree.Add(MerkleTree.LeafHash(seal.Bytes));
            progress.Add(1);
        }

        return tree.Root;
    }
}

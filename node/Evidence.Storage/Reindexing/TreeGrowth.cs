using System.Globalization;
using Evidence.Core.Verification;
using Evidence.Storage.Tree;

namespace Evidence.Storage.Reindexing;

/// <summary>Puts seals into a tree in the order of leaves, many of them hashed at once.</summary>
internal sealed class TreeGrowth(LogTree tree, ProgressCount progress)
{
    private const int LeavesBetweenSyncs = 64 << 10; // what is on the medium need not stay in mind, and a full disk shows early

    private readonly SealBatch _seals = new();
    private ulong _synced;

    /// <summary>Grows the tree up to the first leaf that is missing or there twice, which is the finding; null when all seals went in.</summary>
    internal Finding? Grow(IEnumerable<SpilledSeal> seals, CancellationToken ct)
    {
        Finding? finding = null;
        ulong next = 0;
        foreach (var seal in seals)
        {
            if (seal.Leaf != next && (finding = Gap(seal, next)) is not null) break;
            next++;
            _seals.Add(seal.Bytes);
            if (!_seals.IsFull) continue;
            ct.ThrowIfCancellationRequested();
            Append();
        }

        Append();
        return finding;
    }

    private void Append()
    {
        progress.Add(_seals.Count);
        _seals.Drain(tree.By, (seal, hash) => tree.Append(seal, hash));
        tree.Commit();
        if (tree.Size - _synced < LeavesBetweenSyncs) return;
        tree.SyncFull();
        _synced = tree.Size;
    }

    private static Finding Gap(SpilledSeal seal, ulong next) => seal.Leaf > next
        ? new Finding(FindingCodes.SealMissing, Severity.Error, Layer.Log, Leaf(next), $"No volume has this leaf whole, and {Leaf(seal.Leaf)} is in {VolumeName.FileOf(seal.Volume)}.")
        : new Finding(FindingCodes.SealUnexpected, Severity.Error, Layer.Log, Leaf(seal.Leaf), $"Two records are this leaf; one of them is in {VolumeName.FileOf(seal.Volume)}.");

    private static string Leaf(ulong leaf) => string.Create(CultureInfo.InvariantCulture, $"leaf {leaf}");
}

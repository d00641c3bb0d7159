using System.Runtime.CompilerServices;
using Evidence.Core.Verification;

namespace Evidence.Core.Volumes;

/// <summary>Reads a volume from end to end and accounts for every byte of it.</summary>
public static class VolumeWalker
{
    /// <summary>Walks a volume. The items come in order, side by side, up to the volume's (expected) end; damage ends no walk.</summary>
    /// <param name="source">Where the bytes are read.</param>
    /// <param name="walk">What they are compared with.</param>
    /// <param name="ct">Ends the walk with <see cref="OperationCanceledException"/>.</param>
    public static async IAsyncEnumerable<WalkedItem> WalkAsync(IVolumeSource source, VolumeWalk walk, [EnumeratorCancellation] CancellationToken ct)
    {
        var end = walk.ExpectedLength ?? source.Length;
        using var window = new SourceWindow(source, Math.Min(end, source.Length));
        using var totals = new BagTotals();
        var walker = new VolumeWalkRun(window, walk, totals);
        var at = walk.Start;
        while (at < window.End)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var item in await walker.NextAsync(at, ct))
            {
                yield return item;
                at = item.Offset + item.Length;
            }
        }

        foreach (var item in Ends(source, walk, walker.Closed, Math.Max(at, walk.Start))) yield return item;
    }

    private static IEnumerable<WalkedItem> Ends(IVolumeSource source, VolumeWalk walk, bool closed, long at)
    {
        if (walk.ExpectedLength is { } expected && at < expected) yield return Damage(walk, at, expected - at, FindingCodes.VolumeMissing, "The volume ends before these bytes, which it had.");
        else if (walk.ExpectClosed is true && !closed) yield return Damage(walk, at, 0, FindingCodes.VolumeMissing, "The files that close the volume are missing.");
        if (walk.ExpectClosed is true && walk.ExpectedLength is { } length && source.Length > length)
            yield return Damage(walk, length, source.Length - length, FindingCodes.VolumeUnexpected, "The volume is closed, and bytes follow its end.");
    }

    private static WalkedItem Damage(VolumeWalk walk, long offset, long length, string code, string message) =>
        new(WalkedKind.Damage, offset, length, null, [WalkFindings.Range(code, walk.Volume, offset, length, message)]);
}

using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Replication;
using Evidence.Storage;
using Evidence.Storage.Volumes;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>Repairs a range of a volume from a peer's bit-identical copy. The bytes are proven against the log before any is written, and read back from the medium after.</summary>
internal sealed class VolumeRepair(PeerBook peers, string stagingFolder)
{
    private const int Block = 64 * 1024;

    internal async Task<RepairResult> RunAsync(LogSweep sweep, Fault fault, Remedy.VolumeRange range, CancellationToken ct)
    {
        var sources = await peers.FindSourcesAsync(sweep.Origin, ct);
        return await new CopyAttempts(VolumeScan.Subject(range.Volume, range.Offset)).RunAsync(sources, peer => FromAsync(peer, sweep, fault, range, ct), ct);
    }

    private async Task<RepairResult> FromAsync(IPeer peer, LogSweep sweep, Fault fault, Remedy.VolumeRange range, CancellationToken ct)
    {
        using var staged = await StagedRange.FetchAsync(peer, sweep.Origin, range.Volume, range.Offset, range.Length, stagingFolder, ct);
        return await FindFaultAsync(sweep, range, staged, ct) is { } wrong
            ? sweep.Trusted.Count == 0 ? RepairResult.Unproven(wrong) : RepairResult.Failed(wrong)
            : await ReplaceAsync(sweep.Store, fault, range, staged, peer, ct);
    }

    /// <summary>What keeps the staged bytes from being proven, or null.</summary>
    private static async Task<string?> FindFaultAsync(LogSweep sweep, Remedy.VolumeRange range, StagedRange staged, CancellationToken ct)
    {
        if (staged.Length != range.Length) return $"it has {staged.Length} of the {range.Length} bytes.";
        var state = sweep.Store.Volumes.First(volume => volume.Number == range.Volume);
        using var local = OpenLocal(sweep.Store, range.Volume);
        var repaired = new RepairedVolume(local ?? (IVolumeSource)NoBytes.Instance, staged);
        var (leaves, covered, sealsKnown) = (new Dictionary<ulong, Digest>(), range.Offset, true);
        // The members that close a bag list all records of the volume: they are proven only by a walk from its beginning.
        var start = state.Closed && staged.End >= state.DurableLength ? 0 : range.Offset;
        await foreach (var item in VolumeWalker.WalkAsync(repaired, WalkOf(sweep.Store, state, start), ct))
        {
            if (item.Offset + item.Length <= range.Offset)
            {
                sealsKnown &= item.Record is not null && !item.Findings.Any(finding => finding.Layer == Layer.Seal);
                continue;
            }
            if (item.Offset >= staged.End) break;
            if (item.Kind == WalkedKind.Closing && !sealsKnown) return "the files that close the volume list records that are damaged here: those are mended first.";
            if (!item.IsIntact || item.Offset > covered) return item.IsIntact ? "its bytes leave a gap." : item.Findings[0].Message;
            covered = item.Offset + item.Length;
            if (item.Record is { } record) leaves[record.Place.Leaf] = MerkleTree.LeafHash(record.SealBytes);
        }
        return covered < staged.End ? "no record accounts for its bytes." : FindUnproven(sweep, leaves);
    }

    private static string? FindUnproven(LogSweep sweep, Dictionary<ulong, Digest> leaves)
    {
        if (leaves.Keys.Any(leaf => leaf >= sweep.Tree.ProvenSize)) sweep.Tree.TryComplete(leaves, sweep.Trusted);
        foreach (var (leaf, hash) in leaves)
        {
            if (leaf >= sweep.Tree.ProvenSize) return $"leaf {leaf} is under no anchor and no checkpoint that the rest of the log agrees with.";
            if (sweep.Tree.Leaf(leaf) != hash) return $"its seal of leaf {leaf} hashes to {hash}; the log holds {sweep.Tree.Leaf(leaf)}.";
        }
        return null;
    }

    private static VolumeWalk WalkOf(LogStore store, VolumeState state, long start) => new(state.Number, store.Origin)
    {
        Start = start,
        ExpectedLength = state.DurableLength,
        ExpectClosed = state.Closed ? true : null,
    };

    private static VolumeFileSource? OpenLocal(LogStore store, uint volume)
    {
        try
        {
            return store.OpenVolume(volume, fromMedium: true);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static async Task<RepairResult> ReplaceAsync(LogStore store, Fault fault, Remedy.VolumeRange range, StagedRange staged, IPeer peer, CancellationToken ct)
    {
        var findings = new JsonObject { ["cause"] = fault.Cause, ["source"] = peer.Name, ["findings"] = FindingJson.Of(fault.Findings) }.ToJsonString();
        var written = 0L;
        var ours = new byte[Block];
        var theirs = new byte[Block];
        for (var offset = range.Offset; offset < staged.End; offset += Block)
        {
            var count = await FillAsync(staged.ReadAsync, offset, theirs, ct);
            if (await IsSameAsync(store, range.Volume, offset, theirs.AsMemory(0, count), ours, ct)) continue;
            await store.RewriteAsync(range.Volume, offset, theirs.AsMemory(0, count), findings, ct);
            written += count;
        }
        for (var offset = range.Offset; offset < staged.End; offset += Block)
        {
            var count = await FillAsync(staged.ReadAsync, offset, theirs, ct);
            if (!await IsSameAsync(store, range.Volume, offset, theirs.AsMemory(0, count), ours, ct))
                return RepairResult.Failed($"What was written to volume {range.Volume} at byte {offset} cannot be read back: the medium is failing.");
        }
        return RepairResult.Repaired($"{written} bytes of volume {range.Volume} from byte {range.Offset} were taken from {peer.Name}, proven against the log, written and read back; the damaged ones are in quarantine.");
    }

    private static async Task<bool> IsSameAsync(LogStore store, uint volume, long offset, Memory<byte> expected, byte[] buffer, CancellationToken ct)
    {
        using var local = OpenLocal(store, volume);
        if (local is null) return false;
        try
        {
            var count = await FillAsync(local.ReadAsync, offset, buffer.AsMemory(0, expected.Length), ct);
            return count == expected.Length && buffer.AsSpan(0, count).SequenceEqual(expected.Span);
        }
        catch (IOException)
        {
            return false; // a range that cannot be read is written anew
        }
    }

    private static async Task<int> FillAsync(Func<long, Memory<byte>, CancellationToken, ValueTask<int>> read, long offset, Memory<byte> buffer, CancellationToken ct)
    {
        var total = 0;
        while (total < buffer.Length && await read(offset + total, buffer[total..], ct) is var count and > 0) total += count;
        return total;
    }

    /// <summary>A volume whose file is not there.</summary>
    private sealed class NoBytes : IVolumeSource
    {
        internal static NoBytes Instance { get; } = new();

        public long Length => 0;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct) => ValueTask.FromResult(0);
    }
}

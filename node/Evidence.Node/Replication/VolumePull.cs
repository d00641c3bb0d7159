using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Storage;

namespace Evidence.Node.Replication;

/// <summary>Copies what is new of a peer's volumes into the mirror, and takes it back if its tree is not the one that the peer signed.</summary>
internal sealed class VolumePull
{
    private readonly ConcurrentDictionary<LogStore, MirrorWriter> _writers = [];

    /// <remarks>
    /// If we were to crash anywhere in here, the mirror would hold whole, well-formed records beyond its published checkpoint: the next round
    /// goes on behind them and compares the root as if it had fetched them itself.
    /// </remarks>
    /// <exception cref="PeerUntrueException">The bytes are no volumes, fewer than before, or make another tree than the checkpoint's.</exception>
    internal async Task PullAsync(IPeer peer, LogStore mirror, Checkpoint checkpoint, CancellationToken ct)
    {
        var writer = _writers.GetOrAdd(mirror, store => new MirrorWriter(store));
        var held = mirror.Volumes.ToDictionary(volume => volume.Number);
        var offered = await ListAsync(peer, mirror.Origin, ct);
        foreach (var known in held.Values) CheckNotShorter(peer, known, offered.GetValueOrDefault(known.Number));
        foreach (var volume in offered.Values.OrderBy(volume => volume.Number))
            await PullVolumeAsync(peer, mirror, writer, volume, held.GetValueOrDefault(volume.Number)?.DurableLength ?? 0, ct);
        await CheckRootAsync(peer, mirror, writer, checkpoint, ct);
    }

    private static async Task<Dictionary<uint, PeerVolume>> ListAsync(IPeer peer, string origin, CancellationToken ct)
    {
        var offered = new Dictionary<uint, PeerVolume>();
        foreach (var volume in await peer.ListVolumesAsync(origin, ct))
            if (!offered.TryAdd(volume.Number, volume)) throw new PeerUntrueException(peer.Name, $"it lists volume {volume.Number} twice.");
        return offered;
    }

    private static void CheckNotShorter(IPeer peer, VolumeState known, PeerVolume? offered)
    {
        if (offered is null || offered.Length < known.DurableLength || (known.Closed && offered.Length != known.DurableLength))
            throw new PeerUntrueException(peer.Name, $"volume {known.Number} of its log is not the one that was mirrored.",
                $"{known.DurableLength} bytes{(known.Closed ? ", closed" : " or more")}", offered is null ? "no such volume" : $"{offered.Length} bytes");
    }

    private static async Task PullVolumeAsync(IPeer peer, LogStore mirror, MirrorWriter writer, PeerVolume volume, long from, CancellationToken ct)
    {
        if (volume.Length <= from) return;
        try
        {
            await using var bytes = new ChunkStream(peer.ReadVolumeAsync(mirror.Origin, volume.Number, from, volume.Length - from, ct), ct);
            await writer.AppendAsync(volume.Number, from, bytes, volume.Closed, ct);
        }
        catch (UnprovenBytesException e)
        {
            var finding = e.Findings.Count > 0 ? e.Findings[0] : null;
            throw new PeerUntrueException(peer.Name, $"volume {volume.Number} from byte {from}: {e.Message}", finding?.Expected, finding?.Actual);
        }
    }

    private static async Task CheckRootAsync(IPeer peer, LogStore mirror, MirrorWriter writer, Checkpoint checkpoint, CancellationToken ct)
    {
        if (mirror.Size < checkpoint.Size)
            throw new PeerUntrueException(peer.Name, "its volumes hold fewer leaves than it signed.", $"{checkpoint.Size} leaves", $"{mirror.Size} leaves");
        var root = RootAt(mirror, checkpoint.Size);
        if (root == checkpoint.Root) return;
        var untrue = new PeerUntrueException(
            peer.Name, $"its volumes make another tree of {checkpoint.Size} leaves than it signed.", checkpoint.Root.ToString(), root?.ToString() ?? "no tree");
        await writer.RollBackAsync(new JsonObject { ["peer"] = peer.Name, ["message"] = untrue.Message }.ToJsonString(), ct);
        throw untrue;
    }

    private static Digest? RootAt(LogStore mirror, ulong size)
    {
        try
        {
            return mirror.RootAt(size);
        }
        catch (MissingNodeException)
        {
            return null;
        }
    }
}

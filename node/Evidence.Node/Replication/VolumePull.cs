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
        try
        {
            await TakeAsync(peer, mirror, writer, ct);
            CheckRoot(peer, mirror, checkpoint);
        }
        catch (PeerUntrueException e)
        {
            // Records that no checkpoint vouches for may be the ones that are wrong: the true ones would never fit behind them.
            var signed = mirror.Checkpoint is { } note ? Checkpoint.Parse(note.Text).Size : 0;
            if (mirror.Size > signed) await writer.RollBackAsync(new JsonObject { ["peer"] = peer.Name, ["message"] = e.Message }.ToJsonString(), ct);
            throw;
        }
    }

    private static async Task TakeAsync(IPeer peer, LogStore mirror, MirrorWriter writer, CancellationToken ct)
    {
        var held = mirror.Volumes.ToDictionary(volume => volume.Number);
        var offered = await ListAsync(peer, mirror.Origin, ct);
        foreach (var known in held.Values) CheckNotShorter(peer, known, offered.GetValueOrDefault(known.Number));
        foreach (var volume in offered.Values.OrderBy(volume => volume.Number))
        {
            var from = held.GetValueOrDefault(volume.Number)?.DurableLength ?? 0;
            if (from >= volume.Length) continue;
            mirror.CheckRoom(Math.Min(volume.Length - from, PiecePull.PieceBytes)); // before anything is fetched that could not be kept
            await PiecePull.TakeAsync(peer, mirror, writer, volume, from, static _ => { }, ct);
        }
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

    private static void CheckRoot(IPeer peer, LogStore mirror, Checkpoint checkpoint)
    {
        if (mirror.Size < checkpoint.Size)
            throw new PeerUntrueException(peer.Name, "its volumes hold fewer leaves than it signed.", $"{checkpoint.Size} leaves", $"{mirror.Size} leaves");
        var root = RootAt(mirror, checkpoint.Size);
        if (root == checkpoint.Root) return;
        throw new PeerUntrueException(
            peer.Name, $"its volumes make another tree of {checkpoint.Size} leaves than it signed.", checkpoint.Root.ToString(), root?.ToString() ?? "no tree");
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

using System.Runtime.CompilerServices;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Node.Replication;
using Evidence.Node.Replication.Possession;

namespace Evidence.Tests.Replication;

/// <summary>A peer whose answers a test may bend; what is not bent is the real peer's answer.</summary>
internal sealed class LyingPeer(IPeer inner) : IPeer
{
    public string Name { get; init; } = inner.Name;

    internal Func<IReadOnlyList<PeerLog>, IReadOnlyList<PeerLog>>? Logs { get; set; }

    internal Func<byte[]?, byte[]?>? Checkpoint { get; set; }

    internal Func<IReadOnlyList<PeerVolume>, IReadOnlyList<PeerVolume>>? Volumes { get; set; }

    /// <summary>Bends bytes of a volume, given the offset at which they stand.</summary>
    internal Action<long, byte[]>? Bytes { get; set; }

    internal Func<ProofKind, byte[], byte[]>? Proof { get; set; }

    /// <summary>Bends proofs of possession, given the nonce.</summary>
    internal Func<byte[], IReadOnlyList<Digest>, IReadOnlyList<Digest>>? Possession { get; set; }

    /// <summary>Who answers for it when it is to prove what it holds.</summary>
    internal Func<string, byte[], IReadOnlyList<PossessionRange>, Task<IReadOnlyList<Digest>>>? Relay { get; set; }

    /// <summary>Bends the hashes of a tile.</summary>
    internal Action<TileId, byte[]>? Tile { get; set; }

    /// <summary>What comes before the first byte of a volume.</summary>
    internal Func<uint, Task>? Before { get; set; }

    /// <summary>Breaks every stream of a volume after so many bytes.</summary>
    internal int? BreaksAfter { get; set; }

    internal bool Silent { get; set; }

    /// <summary>Takes calls and never answers.</summary>
    internal bool Hangs { get; set; }

    public async Task<IReadOnlyList<PeerLog>> ListLogsAsync(CancellationToken ct)
    {
        if (Silent) throw new PeerUnreachableException(Name, "it was switched off (test)");
        if (Hangs) await Task.Delay(Timeout.Infinite, ct);
        var logs = await inner.ListLogsAsync(ct);
        return Logs?.Invoke(logs) ?? logs;
    }

    public async Task<byte[]?> GetCheckpointAsync(string origin, CancellationToken ct)
    {
        var note = await inner.GetCheckpointAsync(origin, ct);
        return Checkpoint is null ? note : Checkpoint(note);
    }

    public async Task<IReadOnlyList<PeerVolume>> ListVolumesAsync(string origin, CancellationToken ct)
    {
        var volumes = await inner.ListVolumesAsync(origin, ct);
        return Volumes?.Invoke(volumes) ?? volumes;
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadVolumeAsync(
        string origin, uint volume, long offset, long length, [EnumeratorCancellation] CancellationToken ct)
    {
        if (Before is not null) await Before(volume);
        var left = BreaksAfter ?? int.MaxValue;
        await foreach (var chunk in inner.ReadVolumeAsync(origin, volume, offset, length, ct))
        {
            var bytes = chunk[..Math.Min(left, chunk.Length)].ToArray();
            left -= bytes.Length;
            Bytes?.Invoke(offset, bytes);
            offset += bytes.Length;
            yield return bytes;
            if (left == 0) throw new PeerUnreachableException(Name, "the link broke (test)");
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadProofsAsync(string origin, ProofKind kind, long first, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var entry in inner.ReadProofsAsync(origin, kind, first, ct)) yield return Proof?.Invoke(kind, entry.ToArray()) ?? entry;
    }

    public async Task<byte[]> ReadTileAsync(string origin, TileId tile, CancellationToken ct)
    {
        var bytes = await inner.ReadTileAsync(origin, tile, ct);
        Tile?.Invoke(tile, bytes);
        return bytes;
    }

    public async Task<IReadOnlyList<Digest>> ProvePossessionAsync(string origin, byte[] nonce, IReadOnlyList<PossessionRange> ranges, CancellationToken ct)
    {
        if (Silent) throw new PeerUnreachableException(Name, "it was switched off (test)");
        if (Relay is not null) return await Relay(origin, nonce, ranges);
        var proofs = await inner.ProvePossessionAsync(origin, nonce, ranges, ct);
        return Possession?.Invoke(nonce, proofs) ?? proofs;
    }

    public Task AddCosignatureAsync(string origin, byte[] note, CancellationToken ct) => inner.AddCosignatureAsync(origin, note, ct);
}

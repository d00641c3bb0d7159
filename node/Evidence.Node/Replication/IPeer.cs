using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Node.Replication.Possession;

namespace Evidence.Node.Replication;

/// <summary>Another node, as far as it is read from. Nothing that it says is believed: whoever calls proves it.</summary>
/// <remarks>Every call may throw <see cref="PeerUnreachableException"/> (no answer) and <see cref="PeerUntrueException"/> (a useless answer).</remarks>
internal interface IPeer
{
    /// <summary>The peer's name in this node's configuration.</summary>
    string Name { get; }

    /// <summary>The logs that the peer holds: its own and its mirrors.</summary>
    Task<IReadOnlyList<PeerLog>> ListLogsAsync(CancellationToken ct);

    /// <summary>The newest checkpoint of a log as the peer keeps it, a signed note; null when it has none.</summary>
    Task<byte[]?> GetCheckpointAsync(string origin, CancellationToken ct);

    /// <summary>The volumes of a log, with the length in bytes that can be read.</summary>
    Task<IReadOnlyList<PeerVolume>> ListVolumesAsync(string origin, CancellationToken ct);

    /// <summary>Bytes of a volume; ends early when the peer holds less. A length of 0 reads to the end.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadVolumeAsync(string origin, uint volume, long offset, long length, CancellationToken ct);

    /// <summary>Entries of a proof file from a line on, counted from 0.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadProofsAsync(string origin, ProofKind kind, long first, CancellationToken ct);

    /// <summary>The hashes of a tile of a log, at most as many as the tile is wide.</summary>
    Task<byte[]> ReadTileAsync(string origin, TileId tile, CancellationToken ct);

    /// <summary>The proof of possession of each range, as the peer computes it; see <see cref="PossessionProof"/>.</summary>
    Task<IReadOnlyList<Digest>> ProvePossessionAsync(string origin, byte[] nonce, IReadOnlyList<PossessionRange> ranges, CancellationToken ct);

    /// <summary>Hands in this node's cosignature of one of the peer's checkpoints.</summary>
    Task AddCosignatureAsync(string origin, byte[] note, CancellationToken ct);
}

/// <summary>A log that a peer holds.</summary>
/// <param name="Origin">Name of the log.</param>
/// <param name="Key">Its first verifier key (C2SP signed-note), as the peer states it.</param>
/// <param name="IsOwn">Whether the peer writes it.</param>
/// <param name="Size">Leaves that the peer holds.</param>
internal sealed record PeerLog(string Origin, string Key, bool IsOwn, ulong Size)
{
    /// <summary>How that key was handed on, as the peer states it: signed notes, oldest first.</summary>
    internal IReadOnlyList<string> Rotations { get; init; } = [];

    /// <summary>The checkpoint that its writer wants cosigned before it is anchored, a signed note; null when there is none.</summary>
    internal byte[]? Candidate { get; init; }

    /// <summary>Where the peer stands, as it states; empty where it does not.</summary>
    internal string Place { get; init; } = "";

    /// <summary>What its records lie on, as it states; empty where it does not.</summary>
    internal string Medium { get; init; } = "";
}

/// <summary>A volume that a peer holds: its number, the bytes that can be read, and whether it is closed.</summary>
internal sealed record PeerVolume(uint Number, long Length, bool Closed);

/// <summary>The proof files of a log.</summary>
internal enum ProofKind
{
    /// <summary>anchors.log: what was captured of each anchor.</summary>
    Anchors,

    /// <summary>cosignatures.log: checkpoints with a witness's cosignature.</summary>
    Cosignatures,
}

using Grpc.Core;

namespace Evidence.Node.Replication;

/// <summary>A peer did not answer in time. Nothing is known of what it holds.</summary>
internal sealed class PeerUnreachableException(string peer, string reason, Exception? inner = null)
    : Exception($"Peer {peer} does not answer: {reason}", inner);

/// <summary>A peer answered, and what it said does not prove.</summary>
internal sealed class PeerUntrueException(string peer, string what, string? expected = null, string? actual = null)
    : Exception($"Peer {peer} answers wrongly: {what}")
{
    /// <summary>What it had to be, where two things were compared.</summary>
    internal string? Expected { get; } = expected;

    /// <summary>What the peer answered, where two things were compared.</summary>
    internal string? Actual { get; } = actual;

    /// <summary>Where bytes of a volume begin that do not prove; null when it is another answer that does not.</summary>
    internal (uint Volume, long Offset)? Unproven { get; init; }

    /// <summary>The gRPC status when the peer refused; otherwise OK.</summary>
    internal StatusCode InnerStatus { get; init; }
}

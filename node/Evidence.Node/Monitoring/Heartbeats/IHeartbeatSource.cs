namespace Evidence.Node.Monitoring.Heartbeats;

/// <summary>A peer, as far as its heartbeat is asked for.</summary>
internal interface IHeartbeatSource
{
    /// <summary>The peer's name in this node's configuration.</summary>
    string Name { get; }

    /// <summary>The peer's heartbeat, as yet unproven.</summary>
    /// <exception cref="Grpc.Core.RpcException">It does not answer, or cannot.</exception>
    Task<ReadOnlyMemory<byte>> GetAsync(CancellationToken ct);
}

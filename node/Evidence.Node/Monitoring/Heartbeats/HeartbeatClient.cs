using Evidence.V1;
using Grpc.Core;

namespace Evidence.Node.Monitoring.Heartbeats;

/// <summary>Asks a peer for its heartbeat over gRPC.</summary>
internal sealed class HeartbeatClient(string name, HeartbeatService.HeartbeatServiceClient client, TimeProvider time) : IHeartbeatSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Name => name;

    public async Task<ReadOnlyMemory<byte>> GetAsync(CancellationToken ct)
    {
        var options = new CallOptions(deadline: time.GetUtcNow().UtcDateTime + Patience, cancellationToken: ct);
        return (await client.GetHeartbeatAsync(new GetHeartbeatRequest(), options).ResponseAsync).Note.Memory;
    }
}

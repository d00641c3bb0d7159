using Evidence.Node.Access.Certificates;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Replication;
using Evidence.V1;

namespace Evidence.Node.Monitoring.Heartbeats;

/// <summary>Heartbeats in the host.</summary>
internal static class HeartbeatServices
{
    internal static IServiceCollection AddHeartbeats(this IServiceCollection services, NodeOptions options) => services
        .AddSingleton<HeartbeatMaker>()
        .AddHostedService(provider => new HeartbeatWatch(
            Connect(options, provider.GetRequiredService<NodeTls>(), provider.GetRequiredService<TimeProvider>()), provider.GetRequiredService<NodeLogs>(), provider.GetRequiredService<PeerOrigins>(), provider.GetRequiredService<AlertBook>(),
            options.Heartbeat, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<HeartbeatWatch>>()));

    private static IReadOnlyList<IHeartbeatSource> Connect(NodeOptions options, NodeTls tls, TimeProvider time) =>
        [.. options.Peers.Select(peer => new HeartbeatClient(peer.Name, new HeartbeatService.HeartbeatServiceClient(PeerChannel.To(peer, tls, time)), time))];
}

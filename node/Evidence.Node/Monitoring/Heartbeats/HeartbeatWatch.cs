using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Replication;

namespace Evidence.Node.Monitoring.Heartbeats;

/// <summary>Asks every peer for its heartbeat, round after round; one that does not answer holds up no other.</summary>
internal sealed partial class HeartbeatWatch(
    IReadOnlyList<IHeartbeatSource> peers, NodeLogs logs, PeerOrigins origins, AlertBook alerts, HeartbeatOptions options, TimeProvider time, ILogger<HeartbeatWatch> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(peers.Select(peer => FollowAsync(peer.Name, new HeartbeatCheck(peer, logs, origins, alerts, options, time), stoppingToken)));

    private async Task FollowAsync(string peer, HeartbeatCheck check, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await check.RoundAsync(ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                LogFailed(e, peer);
            }
            catch (OperationCanceledException)
            {
                return; // the node stops
            }
            await Task.Delay(options.Every, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The heartbeat of {Peer} could not be judged")]
    private partial void LogFailed(Exception e, string peer);
}

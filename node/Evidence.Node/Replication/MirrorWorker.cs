using Evidence.Node.Configuration;

namespace Evidence.Node.Replication;

/// <summary>Pulls from every peer, round after round; a slow peer holds up no other.</summary>
internal sealed partial class MirrorWorker(PeerBook peers, MirrorPuller puller, NodeOptions options, TimeProvider time, ILogger<MirrorWorker> logger)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(peers.All.Select(peer => FollowAsync(peer, stoppingToken)));

    private async Task FollowAsync(IPeer peer, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.Replication.Every, time);
        try
        {
            do await RoundAsync(peer, ct);
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // the node stops; the next start goes on from what is on the medium
        }
    }

    private async Task RoundAsync(IPeer peer, CancellationToken ct)
    {
        try
        {
            await puller.RoundAsync(peer, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogRoundFailed(e, peer.Name); // one bad round must not end the following ones
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A replication round with {Peer} failed")]
    private partial void LogRoundFailed(Exception e, string peer);
}

using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Storage;

namespace Evidence.Node.Replication;

/// <summary>Pulls from every peer, round after round; a slow peer holds up no other.</summary>
internal sealed partial class MirrorWorker(NodeLogs logs, PeerBook peers, MirrorPuller puller, NodeOptions options, TimeProvider time, ILogger<MirrorWorker> logger)
    : BackgroundService
{
    private const int LooksARound = 10;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ForgetFormerPeers();
        return Task.WhenAll(peers.All.Select(peer => FollowAsync(peer, stoppingToken)));
    }

    private void ForgetFormerPeers()
    {
        try
        {
            foreach (var log in logs.All) ParkedBytes.ForgetOthers(log.Folder, peers.All.Select(peer => peer.Name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotForgotten(e.Message); // it takes room and does no harm
        }
    }

    private async Task FollowAsync(IPeer peer, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.Replication.Every, time);
        try
        {
            while (true)
            {
                var (grew, next) = (await TryAsync(peer, puller.RoundAsync, ct), timer.WaitForNextTickAsync(ct).AsTask());
                // A log that grows is followed closely; the ledger and the proofs are not asked about more often for it.
                while (grew && await IsStillAsync(next, ct)) grew = await TryAsync(peer, puller.FollowAsync, ct);
                await next;
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // the node stops; the next start goes on from what is on the medium
        }
    }

    private async Task<bool> IsStillAsync(Task next, CancellationToken ct)
    {
        await Task.WhenAny(next, Task.Delay(options.Replication.Every / LooksARound, time, ct));
        return !next.IsCompleted;
    }

    private async Task<bool> TryAsync(IPeer peer, Func<IPeer, CancellationToken, Task<bool>> step, CancellationToken ct)
    {
        try
        {
            return await step(peer, ct);
        }
        catch (StorageFullException e)
        {
            LogFull(peer.Name, e.Message); // there is an alert on the disk itself
            return false;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogRoundFailed(e, peer.Name); // one bad round must not end the following ones
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Nothing is pulled from {Peer}: {Reason}")]
    private partial void LogFull(string peer, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was parked of former peers could not be removed: {Reason}")]
    private partial void LogNotForgotten(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A replication round with {Peer} failed")]
    private partial void LogRoundFailed(Exception e, string peer);
}

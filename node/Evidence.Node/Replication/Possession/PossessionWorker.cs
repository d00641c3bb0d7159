using Evidence.Node.Configuration;

namespace Evidence.Node.Replication.Possession;

/// <summary>Has every peer prove what it holds, round after round, and holds the outcome to the policy. A slow peer holds up no other, and no policy.</summary>
internal sealed partial class PossessionWorker(PeerBook peers, PossessionProber prober, PossessionBook book, PolicyCheck policy, NodeOptions options, TimeProvider time, ILogger<PossessionWorker> logger)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        [.. peers.All.Select(peer => FollowAsync(peer.Name, () => ProbeAsync(peer, stoppingToken), stoppingToken)), FollowAsync("the policy", () => policy.RunAsync(stoppingToken), stoppingToken)]);

    private async Task FollowAsync(string what, Func<Task> step, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Replicas.ProveEvery!.Value, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TryAsync(what, step, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the node stops; what was proven is on the medium
        }
    }

    private async Task ProbeAsync(IPeer peer, CancellationToken ct)
    {
        try
        {
            await prober.RoundAsync(peer, ct);
        }
        finally
        {
            book.Save(); // what was proven before the peer fell silent stays proven
        }
    }

    private async Task TryAsync(string what, Func<Task> step, CancellationToken ct)
    {
        try
        {
            await step();
        }
        catch (Exception e) when (e is PeerUnreachableException or PeerUntrueException)
        {
            LogUnproven(what, e.Message); // replication itself tells of peers that are away or answer nonsense; here nothing was proven
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(e, what);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Peer} has proven nothing in this round: {Reason}")]
    private partial void LogUnproven(string peer, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of proofs of possession failed with {What}")]
    private partial void LogFailed(Exception e, string what);
}

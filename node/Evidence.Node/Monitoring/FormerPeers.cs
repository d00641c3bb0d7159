using Evidence.Core.Events;
using Evidence.Node.Configuration;
using Evidence.Node.Events;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Heartbeats;
using Evidence.Node.Replication;
using Evidence.Node.Witnessing;

namespace Evidence.Node.Monitoring;

/// <summary>
/// Closes the alerts about peers and witnesses that the configuration does not name any more: they can never pass the check that would. Since whoever edits the configuration could so make an accusation
/// disappear, the event history says what was open.
/// </summary>
internal sealed partial class FormerPeers(NodeOptions options, AlertBook alerts, EventRecorder events, TimeProvider time, ILogger<FormerPeers> logger) : BackgroundService
{
    private const string Reason = "a configuration that does not name it any more";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly Func<string, string>[] OfPeers = [PeerBook.UntrueCause, PeerBook.PossessionCause, PeerBook.DownCause, HeartbeatCheck.AbsentCause, HeartbeatCheck.OverdueCause];
    private static readonly Func<string, string>[] OfWitnesses = [WitnessAlerts.Silent, WitnessAlerts.Refused, WitnessAlerts.Contradicts, WitnessAlerts.Ahead];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryAsync(stoppingToken)) await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    internal async Task CloseAsync(CancellationToken ct)
    {
        await CloseOthersAsync(OfPeers, options.Peers.Select(static peer => peer.Name), ct);
        await CloseOthersAsync(OfWitnesses, options.Witnesses.Select(static witness => witness.Key.Name), ct);
    }

    private async Task<bool> TryAsync(CancellationToken ct)
    {
        try
        {
            await CloseAsync(ct);
            return true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(e);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private async Task CloseOthersAsync(Func<string, string>[] causes, IEnumerable<string> names, CancellationToken ct)
    {
        var known = names.SelectMany(name => causes.Select(cause => cause(name))).ToHashSet(StringComparer.Ordinal);
        foreach (var alert in alerts.All.Where(alert => alert.IsOpen && causes.Any(cause => alert.Cause.StartsWith(cause(""), StringComparison.Ordinal)) && !known.Contains(alert.Cause)))
        {
            // A crash behind this: it is told twice, and never closed without having been told.
            await events.RecordAsync([new PreservationEvent(time.GetUtcNow(), EventTypes.Reconfiguration, events.Agent, EventOutcome.Success, $"{alert.Id} ({alert.Cause}) was closed by {Reason}. It said: {alert.Message}", [])], ct);
            await alerts.CloseAsync(alert.Cause, Reason, "", ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The alerts about peers that are configured no more could not be closed; it is tried again")]
    private partial void LogFailed(Exception e);
}

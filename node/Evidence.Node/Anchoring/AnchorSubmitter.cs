using Evidence.Ledger;

namespace Evidence.Node.Anchoring;

/// <summary>Anchors the own log as it grows, and looks at the ledger from time to time when it does not. Nothing that goes wrong here stops archiving.</summary>
internal sealed partial class AnchorSubmitter(
    ILedger ledger, AnchorRound round, AnchorSchedule schedule, AnchorCandidate candidate, AnchorAlerts alerts, Logs.NodeLogs logs, TimeProvider time, ILogger<AnchorSubmitter> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MirrorPatience = TimeSpan.FromSeconds(30);
    private long? _checked;
    private int _failures;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        round.CheckOwnProofs(); // before the first call is answered
        await round.ConfirmAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var succeeded = await TryRoundAsync(stoppingToken);
            _failures = succeeded ? 0 : _failures + 1;
            await TryAlertAsync(() => alerts.JudgeEndpointsAsync(ledger.SetAside, stoppingToken));
            await TryAlertAsync(() => alerts.JudgeAssuranceAsync(ledger.IsProvable, ledger.Assurance, stoppingToken));
            if (schedule.IsStalled) await TryAlertAsync(() => alerts.OpenStalledAsync(schedule.Waiting, stoppingToken));
            await Task.Delay(BackOff(), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan BackOff()
    {
        var pause = Pause * Math.Pow(2, Math.Min(_failures, 10));
        return pause < LongestBackOff ? pause : LongestBackOff;
    }

    private async Task<bool> TryRoundAsync(CancellationToken ct)
    {
        try
        {
            return await RunRoundAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return true;
        }
        catch (LedgerException e)
        {
            await TryAlertAsync(() => AlertAsync(e, ct));
        }
        catch (Exception e)
        {
            LogFailed(e); // whatever it was: the next round tries again, and archiving goes on meanwhile
        }
        _checked = null;
        return false;
    }

    private async Task<bool> RunRoundAsync(CancellationToken ct)
    {
        var due = schedule.IsDue(logs.Own.Size, round.Anchored ?? 0);
        if ((!due || !candidate.IsReady) && _checked is { } at && time.GetElapsedTime(at) < CheckEvery) return true;
        var mayAnchor = await round.ReconcileAsync(ct);
        _checked = time.GetTimestamp();
        var isAnchored = mayAnchor && due && await SubmitAsync(ct);
        // Not before: reading may succeed where handing in fails, and the alert would be closed and opened again in every round.
        await CloseAnsweredAsync(ct);
        if (mayAnchor && (isAnchored || logs.Own.Size <= round.Anchored)) await alerts.CloseAsync("an anchor of all that waited", ct, AnchorAlerts.AnchoringStalled);
        return mayAnchor;
    }

    private async Task<bool> SubmitAsync(CancellationToken ct)
    {
        if (await round.SubmitAsync(ct))
        {
            await alerts.CloseAsync("an anchor that the ledger took", ct, AnchorAlerts.AnchorRejected, AnchorAlerts.AnchorUnmirrored);
            return true;
        }

        if (candidate.Waiting > MirrorPatience) await alerts.OpenAsync(AnchorAlerts.AnchorUnmirrored, $"{candidate.Describe()} Records are sealed and wait for their anchor. Start the mirrors, or lower \"mirrorsBeforeAnchor\".", ct);
        return false;
    }

    private Task CloseAnsweredAsync(CancellationToken ct) => alerts.CloseAsync("an answer of the ledger", ct, AnchorAlerts.LedgerUnreachable, AnchorAlerts.LedgerMismatch);

    private async Task TryAlertAsync(Func<Task> alert)
    {
        try
        {
            await alert();
        }
        catch (Exception failure)
        {
            LogFailed(failure);
        }
    }

    private Task AlertAsync(LedgerException e, CancellationToken ct) => e switch
    {
        LedgerUnreachableException unreachable => alerts.OpenUnreachableAsync(unreachable, ct),
        LedgerMismatchException => alerts.OpenAsync(
            AnchorAlerts.LedgerMismatch, $"{e.Message} Nothing is anchored: check the ledger section of the configuration and whom the endpoints belong to.", ct),
        LedgerRejectedException => RejectedAsync(e, ct),
        _ => PendingAsync(e, ct),
    };

    private async Task RejectedAsync(LedgerException e, CancellationToken ct)
    {
        await alerts.OpenAsync(AnchorAlerts.AnchorRejected, $"The ledger refused an anchor: {e.Message}", ct);
        await CloseAnsweredAsync(ct);
    }

    // A transaction that no block holds yet: the next round looks whether it has arrived before it hands in another.
    private Task PendingAsync(LedgerException e, CancellationToken ct)
    {
        LogPending(e.Message);
        return CloseAnsweredAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Anchoring failed and will be tried again")]
    private partial void LogFailed(Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An anchor waits for its block: {Reason}")]
    private partial void LogPending(string reason);
}

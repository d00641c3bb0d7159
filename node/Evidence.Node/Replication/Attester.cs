using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Storage;

namespace Evidence.Node.Replication;

/// <summary>
/// States on the ledger, by this node's operator key, up to which anchor it holds a verified copy of each log that it mirrors: one transaction for the
/// newest anchor, and none while there is no newer one. Replication does not wait for it.
/// </summary>
internal sealed partial class Attester(
    NodeLogs logs, AnchorBook anchors, AlertBook alerts, ILedger ledger, OperatorKey key, NodeOptions options, TimeProvider time, ILogger<Attester> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Replication.AttestEvery!.Value, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                foreach (var mirror in logs.Mirrors.Values) await TryAttestAsync(mirror, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the node stops; the ledger knows what was stated, and the next start goes on from there
        }
    }

    private async Task TryAttestAsync(LogStore mirror, CancellationToken ct)
    {
        try
        {
            await AttestAsync(mirror, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(mirror.Origin, e.Message); // the ledger is away, or does not take it: the next round asks what it holds, and tries again
        }
    }

    private async Task AttestAsync(LogStore mirror, CancellationToken ct)
    {
        // Read before the damage is looked for: an anchor that is checked later waits for the next round.
        if (anchors.NewestChecked(mirror.Keys.LogId) is not { } newest || IsDamaged(mirror)) return;
        // What was stated stands on the ledger alone: a crash after handing in, or a ledger that was set back, needs no other memory.
        var attested = await ledger.AttestationsAsync(mirror.Keys.LogId, ct);
        if (attested.FirstOrDefault(entry => entry.Replica == key.Address)?.Size >= newest.Size) return;
        var transaction = await ledger.AttestAsync(key, mirror.Keys.LogId, newest.Size, newest.Root, ct);
        LogAttested(mirror.Origin, newest.Size, transaction);
    }

    /// <summary>Whether a sweep has found damage of this copy that no repair has ended: then it is no verified copy.</summary>
    private bool IsDamaged(LogStore mirror) =>
        alerts.All.Any(alert => alert is { IsOpen: true, Severity: Severity.Error } && alert.Log == mirror.Origin && Causes.ScopeOf(alert.Cause) is not null);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stated on the ledger: a verified copy of {Log} up to the anchor of {Size} leaves, transaction {Transaction}")]
    private partial void LogAttested(string log, ulong size, string transaction);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The copy of {Log} could not be attested on the ledger: {Reason}")]
    private partial void LogFailed(string log, string reason);
}

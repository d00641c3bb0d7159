using Evidence.Node.Anchoring;
using Evidence.Node.Archiving;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Replication;
using Evidence.V1;
using Grpc.HealthCheck;
using Status = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Evidence.Node.Hosting;

/// <summary>
/// Says by grpc.health.v1 which services of the node work: those that take records while the disk and the log allow it, the audit while the ledger
/// answers and does not contradict the log, replication while every peer answers and proves. Only what the node serves from itself always serves.
/// </summary>
internal sealed class NodeHealth(HealthServiceImpl health, AlertBook alerts, AppendGate gate, NodeLogs logs, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly string[] DiskCauses = [RoomWatch.Alert, OwnLogAppender.Alert, AnchorAlerts.LogClosed];
    private static readonly string[] UploadCauses = [.. DiskCauses, OwnLogAppender.StagingAlert];

    private static readonly string[] LedgerCauses =
    [
        AnchorAlerts.LedgerUnreachable, AnchorAlerts.LedgerMismatch, AnchorAlerts.LedgerContradictsLog, AnchorAlerts.LogBehindLedger,
        AnchorAlerts.AnchorsLost, AnchorAlerts.AnchorRejected, AnchorAlerts.AnchoringStalled, AnchorAlerts.LogUnregistered,
    ];

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Look(); // before the first call is answered
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Look();
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Look()
    {
        health.SetStatus("", Status.Serving); // whoever asks whether to start the node anew because of a full disk must hear no
        foreach (var always in new[] { VerificationService.Descriptor, MonitorService.Descriptor, HeartbeatService.Descriptor }) health.SetStatus(always.FullName, Status.Serving);
        var refuses = gate.IsClosed || logs.Own.AppendRefusal is not null; // the log is asked, and not its alert, which only the end of a sweep closes
        Say(ArchiveService.Descriptor.FullName, refuses || HasOpen(DiskCauses));
        Say(UploadService.Descriptor.FullName, refuses || HasOpen(UploadCauses));
        Say(AuditService.Descriptor.FullName, HasOpen(LedgerCauses));
        Say(ReplicationService.Descriptor.FullName, alerts.All.Any(static alert => alert.IsOpen && PeerBook.IsOfPeer(alert.Cause)));
    }

    private void Say(string service, bool fails) => health.SetStatus(service, fails ? Status.NotServing : Status.Serving);

    private bool HasOpen(string[] causes) => causes.Any(cause => alerts.FindOpen(cause) is not null);
}

using Evidence.Node.Access;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Alerting;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>Sweeps and alerts over gRPC.</summary>
internal sealed class MonitorGrpcService(Sweeper sweeper, SweepBook sweeps, SweepPages pages, AlertBook alerts, TimeProvider time, IHostApplicationLifetime lifetime) : MonitorService.MonitorServiceBase
{
    /// <inheritdoc/>
    public override async Task<Sweep> StartSweep(StartSweepRequest request, ServerCallContext context) =>
        (await sweeper.StartAsync(hours: null, context.CancellationToken)).ToMessage(time.GetUtcNow());

    /// <inheritdoc/>
    public override async Task WatchSweep(WatchSweepRequest request, IServerStreamWriter<Sweep> responseStream, ServerCallContext context)
    {
        var sweep = request.Sweep.Length == 0 ? sweeps.Latest : sweeps.Find(request.Sweep);
        if (sweep is null)
        {
            var what = request.Sweep.Length == 0 ? "No sweep has run on this node yet" : $"This node knows no sweep '{request.Sweep}'";
            throw new RpcException(new Status(StatusCode.NotFound, what + "; start one with StartSweep."));
        }
        using var watching = Watching(context);
        await foreach (var state in sweeps.Watch(sweep.Id, watching.Token)) await responseStream.WriteAsync(state.ToMessage(time.GetUtcNow()), watching.Token);
    }

    /// <inheritdoc/>
    public override Task<ListSweepsResponse> ListSweeps(ListSweepsRequest request, ServerCallContext context) => Task.FromResult(pages.List(request));

    /// <inheritdoc/>
    public override Task<ListAlertsResponse> ListAlerts(ListAlertsRequest request, ServerCallContext context) => Task.FromResult(AlertPages.List(alerts, request));

    /// <inheritdoc/>
    public override Task<V1.Alert> GetAlert(GetAlertRequest request, ServerCallContext context) => Task.FromResult(AlertPages.Find(alerts, request.Alert).ToMessage());

    /// <inheritdoc/>
    public override Task<ListAlertFindingsResponse> ListAlertFindings(ListAlertFindingsRequest request, ServerCallContext context) =>
        Task.FromResult(AlertPages.ListFindings(alerts, request));

    /// <inheritdoc/>
    public override async Task<V1.Alert> AcknowledgeAlert(AcknowledgeAlertRequest request, ServerCallContext context)
    {
        var (by, note) = AlertPages.Who(CallAccess.Of(context).Caller, request.By, request.Note);
        var alert = AlertPages.Find(alerts, request.Alert);
        return (await alerts.AcknowledgeAsync(alert.Id, by, note, context.CancellationToken))?.ToMessage()
            ?? throw ServiceCall.NotFound($"{alert.Id} is closed: there is nothing left to look after.");
    }

    /// <inheritdoc/>
    public override async Task<V1.Alert> ApproveRepair(ApproveRepairRequest request, ServerCallContext context)
    {
        var (by, note) = AlertPages.Who(CallAccess.Of(context).Caller, request.By, request.Note);
        var alert = AlertPages.Find(alerts, request.Alert);
        var approved = await alerts.ApproveAsync(alert.Id, by, note, context.CancellationToken)
            ?? throw ServiceCall.NotFound($"No repair of {alert.Id} waits for approval.");
        await sweeper.StartAsync(hours: null, context.CancellationToken); // one that is running may be past it: then the next one does it
        return approved.ToMessage();
    }

    /// <inheritdoc/>
    public override async Task WatchAlerts(WatchAlertsRequest request, IServerStreamWriter<V1.Alert> responseStream, ServerCallContext context)
    {
        using var watching = Watching(context);
        await foreach (var alert in alerts.Watch(watching.Token)) await responseStream.WriteAsync(alert.ToMessage(), watching.Token);
    }

    // Whoever watches would hold up the node's end for ever.
    private CancellationTokenSource Watching(ServerCallContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
}

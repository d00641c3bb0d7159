using System.Globalization;
using Evidence.Node.Monitoring;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>Sweeps and alerts over gRPC.</summary>
internal sealed class MonitorGrpcService(Sweeper sweeper, SweepBook sweeps, AlertBook alerts, IHostApplicationLifetime lifetime) : MonitorService.MonitorServiceBase
{
    private const int DefaultPage = 100, MaxPage = 1000;

    // Alerts carry findings; a page stays well below what a client takes in one message.
    private const int MaxPageBytes = 1 << 20, MaxFindingsSent = 100;

    /// <inheritdoc/>
    public override async Task<Sweep> StartSweep(StartSweepRequest request, ServerCallContext context) =>
        (await sweeper.StartAsync(context.CancellationToken)).ToMessage();

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
        await foreach (var state in sweeps.Watch(sweep.Id, watching.Token)) await responseStream.WriteAsync(state.ToMessage(), watching.Token);
    }

    /// <inheritdoc/>
    public override Task<ListAlertsResponse> ListAlerts(ListAlertsRequest request, ServerCallContext context)
    {
        var size = request.PageSize is > 0 and <= MaxPage ? request.PageSize : request.PageSize == 0 ? DefaultPage : throw Invalid("page_size is 0 to 1000.");
        var before = int.MaxValue;
        if (request.PageToken.Length != 0 && !int.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw Invalid("page_token is not one that this node gave out.");
        var response = new ListAlertsResponse();
        foreach (var (alert, at) in alerts.All.Select((alert, at) => (alert, at)).Reverse().Where(entry => entry.at < before && (!request.OpenOnly || entry.alert.IsOpen)))
        {
            if (response.Alerts.Count == size || response.CalculateSize() > MaxPageBytes)
            {
                response.NextPageToken = (at + 1).ToString(CultureInfo.InvariantCulture);
                break;
            }
            response.Alerts.Add(alert.ToMessage(MaxFindingsSent));
        }
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override async Task WatchAlerts(WatchAlertsRequest request, IServerStreamWriter<V1.Alert> responseStream, ServerCallContext context)
    {
        using var watching = Watching(context);
        await foreach (var alert in alerts.Watch(watching.Token)) await responseStream.WriteAsync(alert.ToMessage(MaxFindingsSent), watching.Token);
    }

    // Whoever watches would hold up the node's end for ever.
    private CancellationTokenSource Watching(ServerCallContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);

    private static RpcException Invalid(string what) => new(new Status(StatusCode.InvalidArgument, what));
}

using System.Globalization;
using Evidence.Node.Monitoring;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>Sweeps and alerts over gRPC.</summary>
internal sealed class MonitorGrpcService(Sweeper sweeper, SweepBook sweeps, AlertBook alerts) : MonitorService.MonitorServiceBase
{
    private const int DefaultPage = 100, MaxPage = 1000;

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
        await foreach (var state in sweeps.Watch(sweep.Id, context.CancellationToken)) await responseStream.WriteAsync(state.ToMessage());
    }

    /// <inheritdoc/>
    public override Task<ListAlertsResponse> ListAlerts(ListAlertsRequest request, ServerCallContext context)
    {
        var size = request.PageSize is > 0 and <= MaxPage ? request.PageSize : request.PageSize == 0 ? DefaultPage : throw Invalid("page_size is 0 to 1000.");
        var before = int.MaxValue;
        if (request.PageToken.Length != 0 && !int.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw Invalid("page_token is not one that this node gave out.");
        var matching = alerts.All.Select((alert, at) => (alert, at)).Reverse()
            .Where(entry => entry.at < before && (!request.OpenOnly || entry.alert.IsOpen)).Take(size + 1).ToList();
        var response = new ListAlertsResponse();
        response.Alerts.AddRange(matching.Take(size).Select(entry => entry.alert.ToMessage()));
        if (matching.Count > size) response.NextPageToken = matching[size - 1].at.ToString(CultureInfo.InvariantCulture);
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override async Task WatchAlerts(WatchAlertsRequest request, IServerStreamWriter<V1.Alert> responseStream, ServerCallContext context)
    {
        await foreach (var alert in alerts.Watch(context.CancellationToken)) await responseStream.WriteAsync(alert.ToMessage());
    }

    private static RpcException Invalid(string what) => new(new Status(StatusCode.InvalidArgument, what));
}

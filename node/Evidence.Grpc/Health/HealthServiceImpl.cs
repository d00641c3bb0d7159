using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.HealthCheck;

/// <summary>Answers which services of a host work at present (grpc.health.v1). The host says so by <see cref="SetStatus"/>. Safe to use from several threads.</summary>
public sealed class HealthServiceImpl : Health.V1.Health.HealthBase
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServingStatus> _states = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewChange();
    private bool _stopped;

    /// <summary>Says how a service is.</summary>
    /// <param name="service">Full name of the service; empty for the host as a whole.</param>
    /// <param name="status">How it is.</param>
    public void SetStatus(string service, ServingStatus status)
    {
        lock (_gate)
        {
            if (_stopped || (_states.TryGetValue(service, out var known) && known == status))
                return;
            _states[service] = status;
            Tell();
        }
    }

    /// <summary>The host shuts down: no service serves from here on, and all watches end once they have told so.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            foreach (var service in _states.Keys)
                _states[service] = ServingStatus.NotServing;
            _stopped = true;
            Tell();
        }
    }

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
        => Look(request.Service).Status is var status and not ServingStatus.ServiceUnknown
            ? Task.FromResult(new HealthCheckResponse { Status = status })
            : throw new RpcException(new Status(StatusCode.NotFound, "The health of this service is not known here."));

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        for (ServingStatus? told = null; ;)
        {
            // A slow watcher misses what was only for a moment, and takes no memory for it.
            var (status, changed, stopped) = Look(request.Service);
            if (status != told)
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, context.CancellationToken);
            told = status;
            if (stopped)
                throw new RpcException(new Status(StatusCode.Unavailable, "The server shuts down."));
            await changed.WaitAsync(context.CancellationToken);
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private (ServingStatus Status, Task Changed, bool Stopped) Look(string service)
    {
        lock (_gate)
            return (_states.GetValueOrDefault(service, ServingStatus.ServiceUnknown), _changed.Task, _stopped);
    }

    private void Tell()
    {
        _changed.SetResult();
        _changed = NewChange();
    }
}

using Grpc.Core;

namespace Grpc.Observing;

/// <summary>Tells an observer once how a client's call ended.</summary>
internal sealed class ClientWatch
{
    private readonly CallObserver _observer;
    private readonly string _method;
    private readonly TimeProvider _time;
    private readonly long _started;
    private int _ended;

    public ClientWatch(CallObserver observer, string method, TimeProvider time)
    {
        (_observer, _method, _time, _started) = (observer, method, time, time.GetTimestamp());
        observer.OnStarted(CallSide.Client, method);
    }

    public void End(StatusCode code)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            _observer.OnEnded(new ObservedCall(CallSide.Client, _method, "", code, _time.GetElapsedTime(_started)));
    }

    public async Task<T> UntilAsync<T>(Task<T> response)
    {
        try
        {
            var result = await response;
            End(StatusCode.OK);
            return result;
        }
        catch (RpcException e)
        {
            End(e.StatusCode);
            throw;
        }
    }
}

/// <summary>A call whose end is watched: whoever disposes it before its end cancels it.</summary>
internal sealed class WatchedCall(IClientCall call, ClientWatch watch) : IClientCall
{
    public Task<Metadata> ResponseHeaders => call.ResponseHeaders;

    public Status Status => call.Status;

    public Metadata Trailers => call.Trailers;

    public void Dispose()
    {
        call.Dispose();
        watch.End(StatusCode.Cancelled);
    }
}

/// <summary>Responses whose end is that of the call.</summary>
internal sealed class WatchedReader<T>(IAsyncStreamReader<T> responses, ClientWatch watch) : IAsyncStreamReader<T>
{
    public T Current => responses.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            if (await responses.MoveNext(cancellationToken))
                return true;
            watch.End(StatusCode.OK);
            return false;
        }
        catch (RpcException e)
        {
            watch.End(e.StatusCode);
            throw;
        }
    }
}

using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.Observing;

/// <summary>An interceptor, for clients and for servers, that is told when calls start and how they end, and changes nothing.</summary>
/// <param name="time">Measures.</param>
public abstract class CallObserver(TimeProvider time) : Interceptor
{
    /// <inheritdoc/>
    public sealed override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var watch = new ClientWatch(this, context.Method.FullName, time);
        try
        {
            var response = continuation(request, context);
            watch.End(StatusCode.OK);
            return response;
        }
        catch (RpcException e)
        {
            watch.End(e.StatusCode);
            throw;
        }
    }

    /// <inheritdoc/>
    public sealed override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var watch = new ClientWatch(this, context.Method.FullName, time);
        var call = continuation(request, context);
        return new AsyncUnaryCall<TResponse>(call.Inner, watch.UntilAsync(call.ResponseAsync));
    }

    /// <inheritdoc/>
    public sealed override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var watch = new ClientWatch(this, context.Method.FullName, time);
        var call = continuation(context);
        return new AsyncClientStreamingCall<TRequest, TResponse>(call.Inner, call.RequestStream, watch.UntilAsync(call.ResponseAsync));
    }

    /// <inheritdoc/>
    public sealed override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var watch = new ClientWatch(this, context.Method.FullName, time);
        var call = continuation(request, context);
        return new AsyncServerStreamingCall<TResponse>(new WatchedCall(call.Inner, watch), new WatchedReader<TResponse>(call.ResponseStream, watch));
    }

    /// <inheritdoc/>
    public sealed override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var watch = new ClientWatch(this, context.Method.FullName, time);
        var call = continuation(context);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            new WatchedCall(call.Inner, watch), call.RequestStream, new WatchedReader<TResponse>(call.ResponseStream, watch));
    }

    /// <inheritdoc/>
    public sealed override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        => HandleAsync(context, () => continuation(request, context));

    /// <inheritdoc/>
    public sealed override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
        => HandleAsync(context, () => continuation(requestStream, context));

    /// <inheritdoc/>
    public sealed override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        => HandleAsync(context, () => Void(continuation(request, responseStream, context)));

    /// <inheritdoc/>
    public sealed override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        => HandleAsync(context, () => Void(continuation(requestStream, responseStream, context)));

    /// <summary>A call has started.</summary>
    /// <param name="side">Who looks on.</param>
    /// <param name="method">Path of the method.</param>
    protected internal virtual void OnStarted(CallSide side, string method)
    {
    }

    /// <summary>A call has ended. Called once for every call that has started, unless a client drops a call without ending or disposing it.</summary>
    /// <param name="call">How.</param>
    protected internal abstract void OnEnded(in ObservedCall call);

    private static async Task<bool> Void(Task task)
    {
        await task;
        return true;
    }

    private async Task<T> HandleAsync<T>(ServerCallContext context, Func<Task<T>> handler)
    {
        var started = time.GetTimestamp();
        OnStarted(CallSide.Server, context.Method);
        var code = StatusCode.Unknown;
        try
        {
            var result = await handler();
            code = IsPastDeadline(context) ? StatusCode.DeadlineExceeded : context.Status.StatusCode;
            return result;
        }
        catch (Exception e)
        {
            code = CodeOf(e, context);
            throw;
        }
        finally
        {
            OnEnded(new ObservedCall(CallSide.Server, context.Method, context.Peer, code, time.GetElapsedTime(started)));
        }
    }

    // As the server will say it, whatever the handler threw.
    private StatusCode CodeOf(Exception exception, ServerCallContext context)
        => IsPastDeadline(context) ? StatusCode.DeadlineExceeded
            : context.CancellationToken.IsCancellationRequested || exception is BrokenOffException ? StatusCode.Cancelled
            : exception is RpcException rpc ? rpc.StatusCode
            : StatusCode.Unknown;

    private bool IsPastDeadline(ServerCallContext context) => context.Deadline <= time.GetUtcNow().UtcDateTime;
}

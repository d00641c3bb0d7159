using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Starts calls on a channel.</summary>
internal sealed class HttpCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Start(method, host, options, new SingleContent<TRequest, TResponse>(request));
        return new AsyncUnaryCall<TResponse>(call, call.SingleResponse);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Start(method, host, options, new SingleContent<TRequest, TResponse>(request));
        return new AsyncServerStreamingCall<TResponse>(call, new ResponseReader<TRequest, TResponse>(call));
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var content = new StreamedContent<TRequest, TResponse>();
        var call = Start(method, host, options, content);
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            call, new RequestWriter<TRequest, TResponse>(call, content), call.SingleResponse);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var content = new StreamedContent<TRequest, TResponse>();
        var call = Start(method, host, options, content);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call, new RequestWriter<TRequest, TResponse>(call, content), new ResponseReader<TRequest, TResponse>(call));
    }

    private ClientCall<TRequest, TResponse> Start<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, RequestContent<TRequest, TResponse> content)
        where TRequest : class
        where TResponse : class
    {
        var call = new ClientCall<TRequest, TResponse>(channel, method, options);
        call.Start(host, content);
        return call;
    }
}

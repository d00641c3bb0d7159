namespace Grpc.Core;

/// <summary>Starts calls. The generated clients go through it.</summary>
public abstract class CallInvoker
{
    /// <summary>Makes a call with one request and one response and blocks until it has ended.</summary>
    /// <param name="method">The method.</param>
    /// <param name="host">The host to ask for instead of the channel's; null: the channel's.</param>
    /// <param name="options">Metadata, deadline, cancellation.</param>
    /// <param name="request">The request.</param>
    /// <exception cref="RpcException">The call ended with a status other than OK.</exception>
    public abstract TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a call with one request and one response.</summary>
    /// <param name="method">The method.</param>
    /// <param name="host">The host to ask for instead of the channel's; null: the channel's.</param>
    /// <param name="options">Metadata, deadline, cancellation.</param>
    /// <param name="request">The request.</param>
    public abstract AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a call with one request and a stream of responses.</summary>
    /// <param name="method">The method.</param>
    /// <param name="host">The host to ask for instead of the channel's; null: the channel's.</param>
    /// <param name="options">Metadata, deadline, cancellation.</param>
    /// <param name="request">The request.</param>
    public abstract AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a call with a stream of requests and one response.</summary>
    /// <param name="method">The method.</param>
    /// <param name="host">The host to ask for instead of the channel's; null: the channel's.</param>
    /// <param name="options">Metadata, deadline, cancellation.</param>
    public abstract AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class;

    /// <summary>Starts a call with streams in both directions.</summary>
    /// <param name="method">The method.</param>
    /// <param name="host">The host to ask for instead of the channel's; null: the channel's.</param>
    /// <param name="options">Metadata, deadline, cancellation.</param>
    public abstract AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class;
}

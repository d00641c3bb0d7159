namespace Grpc.Core;

/// <summary>A call under way with one request and a stream of responses.</summary>
public sealed class AsyncServerStreamingCall<TResponse> : AsyncCall
{
    internal AsyncServerStreamingCall(IClientCall call, IAsyncStreamReader<TResponse> responses) : base(call)
        => ResponseStream = responses;

    /// <summary>The responses. Its end says that the call ended with OK.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }
}

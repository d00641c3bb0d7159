namespace Grpc.Core;

/// <summary>A call under way with streams in both directions.</summary>
public sealed class AsyncDuplexStreamingCall<TRequest, TResponse> : AsyncCall
{
    internal AsyncDuplexStreamingCall(
        IClientCall call, IClientStreamWriter<TRequest> requests, IAsyncStreamReader<TResponse> responses) : base(call)
    {
        RequestStream = requests;
        ResponseStream = responses;
    }

    /// <summary>Takes the requests.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <summary>The responses. Its end says that the call ended with OK.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }
}

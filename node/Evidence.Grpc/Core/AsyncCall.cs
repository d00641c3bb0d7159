namespace Grpc.Core;

/// <summary>A call under way: what every kind of call has.</summary>
public abstract class AsyncCall : IDisposable
{
    private readonly IClientCall _call;

    private protected AsyncCall(IClientCall call) => _call = call;

    internal IClientCall Inner => _call;

    /// <summary>Metadata that the server sends ahead of its first response.</summary>
    public Task<Metadata> ResponseHeadersAsync => _call.ResponseHeaders;

    /// <summary>How the call ended.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Status GetStatus() => _call.Status;

    /// <summary>Metadata that came with the status.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Metadata GetTrailers() => _call.Trailers;

    /// <summary>Cancels the call, on the server too, unless it has ended.</summary>
    public void Dispose()
    {
        _call.Dispose();
        GC.SuppressFinalize(this);
    }
}

using System.IO.Pipelines;

namespace Grpc.Net.Client;

/// <summary>The body of a request with a stream of messages; it stays open until the stream is completed or the call has ended.</summary>
internal sealed class StreamedContent<TRequest, TResponse> : RequestContent<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly TaskCompletionSource<PipeWriter> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where the messages go, once there is a connection. Fails with the call.</summary>
    public Task<PipeWriter> Body => _opened.Task;

    /// <summary>Ends the body; no more messages follow.</summary>
    public void Close() => _closed.TrySetResult();

    public override void Break(CallOutcome outcome)
    {
        if (_opened.TrySetException(outcome.ToException()))
            _ = _opened.Task.Exception;
        _closed.TrySetCanceled();
    }

    protected override async Task SendAsync(Stream stream, CancellationToken ct)
    {
        // Without this the header would wait for the first message.
        await stream.FlushAsync(ct);
        var body = Open(stream);
        _opened.TrySetResult(body);
        await _closed.Task.WaitAsync(ct);
        body.Complete();
    }
}

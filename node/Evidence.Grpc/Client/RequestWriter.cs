using System.IO.Pipelines;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Takes the requests of one call.</summary>
internal sealed class RequestWriter<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, StreamedContent<TRequest, TResponse> content)
    : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private int _writing;
    private bool _completed;

    public WriteOptions? WriteOptions { get; set; } = call.Options.WriteOptions;

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            using var registration = cancellationToken.UnsafeRegister(
                static state => ((ClientCall<TRequest, TResponse>)state!).Abort(CallOutcome.Cancelled), call);
            var body = await content.Body;
            content.Encode(body, message, WriteOptions);
            if (((WriteOptions?.Flags ?? default) & WriteFlags.BufferHint) == 0)
                await FlushAsync(body);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public async Task CompleteAsync()
    {
        Enter();
        _completed = true;
        var body = await content.Body;
        if (body.UnflushedBytes > 0)
            await FlushAsync(body);
        content.Close();
    }

    private async ValueTask FlushAsync(PipeWriter body)
    {
        try
        {
            await body.FlushAsync(call.AbortToken);
        }
        catch (Exception e)
        {
            throw await call.ExplainAsync(e);
        }
    }

    private void Enter()
    {
        if (_completed)
            throw new InvalidOperationException("The stream of requests has been completed.");
        if (Interlocked.Exchange(ref _writing, 1) != 0)
            throw new InvalidOperationException("A message is still being written; await it before the next one.");
    }
}

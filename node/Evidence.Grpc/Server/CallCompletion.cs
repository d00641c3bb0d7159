using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server;

/// <summary>
/// Ends a call once: with the status of its handler, or with DEADLINE_EXCEEDED while the handler is still at work.
/// A message that is being written is finished first, so that the two never touch the response at the same time.
/// </summary>
internal sealed class CallCompletion(HttpContext http)
{
    private readonly Lock _gate = new();
    private bool _writing;
    private bool _ended;
    private Status? _waiting;
    private TaskCompletionSource? _forced;

    /// <summary>Keeps the response from being ended until the result is disposed.</summary>
    /// <exception cref="OperationCanceledException">The call has ended.</exception>
    /// <exception cref="InvalidOperationException">Another message is being written.</exception>
    public Write BeginWrite()
    {
        lock (_gate)
        {
            if (_ended || _waiting is not null)
                throw new OperationCanceledException("The call has ended; nothing can be written to it.");
            if (_writing)
                throw new InvalidOperationException("A message is still being written; await it before the next one.");
            _writing = true;
        }
        return new Write(this);
    }

    /// <summary>Ends the call as its handler left it, and waits if it is being ended otherwise.</summary>
    public ValueTask EndAsync(Status status, Metadata? trailers)
    {
        lock (_gate)
        {
            if (_writing)
                Postpone(status);
            if (_forced is not null)
                return new ValueTask(_forced.Task);
            if (_ended)
                return ValueTask.CompletedTask;
            _ended = true;
        }
        ResponseStatus.Set(http.Response, status, trailers);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the call now, though its handler may still be at work.</summary>
    public void Force(Status status)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            _forced ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_writing)
            {
                Postpone(status);
                return;
            }
            _ended = true;
        }
        _ = SendAndResetAsync(status);
    }

    /// <summary>Breaks the call off without a status, since its stream of messages cannot be continued.</summary>
    public void Reset()
    {
        const int InternalError = 2;
        lock (_gate)
            _ended = true;
        http.Features.Get<IHttpResetFeature>()?.Reset(InternalError);
    }

    private void Postpone(Status status)
    {
        _forced ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting ??= status;
    }

    private void EndWrite()
    {
        Status? waiting;
        lock (_gate)
        {
            _writing = false;
            waiting = _waiting;
        }
        if (waiting is { } status)
            Force(status);
    }

    // The stream is closed with CANCEL behind the status, so that the client stops sending.
    private async Task SendAndResetAsync(Status status)
    {
        const int Cancel = 8;
        try
        {
            ResponseStatus.Set(http.Response, status, null);
            await http.Response.CompleteAsync();
            http.Features.Get<IHttpResetFeature>()?.Reset(Cancel);
        }
        finally
        {
            _forced!.SetResult();
        }
    }

    /// <summary>A message being written.</summary>
    public readonly struct Write(CallCompletion completion) : IDisposable
    {
        public void Dispose() => completion.EndWrite();
    }
}

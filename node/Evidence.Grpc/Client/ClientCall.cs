using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>One call under way: sends the request, reads responses and status, and ends once, whatever ends it first.</summary>
internal sealed class ClientCall<TRequest, TResponse>(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options) : IClientCall
    where TRequest : class
    where TResponse : class
{
    private static readonly StreamPipeReaderOptions Buffering = new(bufferSize: 32 * 1024, minimumReadSize: 4 * 1024);

    private readonly CancellationTokenSource _abort = new();
    private RequestContent<TRequest, TResponse>? _content;
    private Task<HttpResponseMessage>? _sent;
    private Task<TResponse>? _single;
    private PipeReader? _body;
    private MessageReader<TResponse>? _messages;
    private IDisposable? _triggers;
    private IDisposable? _response;
    private CallOutcome? _outcome;

    public GrpcChannel Channel => channel;

    public Method<TRequest, TResponse> Method => method;

    public CallOptions Options => options;

    public bool CompressRequests { get; } = options.Headers?.GetValue(WireNames.RequestEncoding) == WireNames.Gzip;

    public bool HasEnded => _outcome is not null;

    public CancellationToken AbortToken => _abort.Token;

    /// <summary>The message that the last read took.</summary>
    public TResponse? Current => _messages?.Current;

    /// <summary>The response of a method that returns exactly one. Reading begins when it is first asked for.</summary>
    public Task<TResponse> SingleResponse => _single ??= ReadSingleAsync();

    public Task<Metadata> ResponseHeaders => ReadHeadersAsync();

    public Status Status => Outcome.Status;

    public Metadata Trailers => Outcome.Trailers;

    private CallOutcome Outcome => _outcome ?? throw new InvalidOperationException("The call has not ended.");

    public void Start(string? host, RequestContent<TRequest, TResponse> content)
    {
        _content = content;
        content.Attach(this);
        var timeout = RequestHeader.TimeUntil(options.Deadline, channel.Options.TimeProvider);
        if (timeout <= TimeSpan.Zero)
            Abort(CallOutcome.DeadlineExceeded);
        else
            Keep(ref _triggers, new CallAbort(options, channel, timeout, Abort));
        _sent = SendAsync(host, timeout);
    }

    /// <summary>Reads the next response.</summary>
    /// <returns>False when the call ended with OK.</returns>
    /// <exception cref="RpcException">The call ended with another status.</exception>
    public async ValueTask<bool> ReadAsync()
    {
        try
        {
            var response = await _sent!;
            if (_outcome is null && await MessagesOf(response).ReadAsync(_abort.Token))
                return true;
            End(_outcome ?? ResponseOutcome.OfTrailers(response));
        }
        catch (Exception e)
        {
            Fail(e);
        }
        ReleaseBody();
        return _outcome!.Status.StatusCode == StatusCode.OK ? false : throw _outcome.ToException();
    }

    /// <summary>Ends the call from this side, unless it has ended: nothing more is sent or read, and the server is told.</summary>
    public void Abort(CallOutcome outcome)
    {
        if (!End(outcome))
            return;
        _abort.Cancel();
        _response?.Dispose();
    }

    /// <summary>Ends the call with an error, unless it has ended.</summary>
    /// <returns>What the caller is to be told: whatever ended the call first.</returns>
    public RpcException Fail(Exception exception)
    {
        if (_outcome is null)
            Abort(ResponseOutcome.OfException(exception, RequestHeader.TimeUntil(options.Deadline, channel.Options.TimeProvider) <= TimeSpan.Zero));
        return _outcome!.ToException();
    }

    /// <summary>
    /// Says why a request could not be sent: mostly because the server has ended the call. A refusal is its whole response, which comes before
    /// the end of the stream is noticed here but may be read after it; a status behind responses comes when they have been read, so the call is not ended here.
    /// </summary>
    public async ValueTask<RpcException> ExplainAsync(Exception exception)
    {
        await (_single ?? (Task)_sent!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _outcome is { Status.StatusCode: not StatusCode.OK }
            ? _outcome.ToException()
            : new RpcException(new Status(StatusCode.Cancelled, "The server takes no more requests; the responses end with its status.", exception));
    }

    public void Dispose() => Abort(CallOutcome.Disposed);

    private async Task<HttpResponseMessage> SendAsync(string? host, TimeSpan? timeout)
    {
        try
        {
            _abort.Token.ThrowIfCancellationRequested();
            var request = RequestHeader.Create(channel, method.FullName, host, options.Headers, timeout, CompressRequests);
            request.Content = _content;
            var response = await channel.SendAsync(request, _abort.Token);
            Keep(ref _response, response);
            if (ResponseOutcome.OfHeader(response) is { } outcome)
                End(outcome);
            return _outcome is null or { Status.StatusCode: StatusCode.OK } ? response : throw _outcome.ToException();
        }
        catch (Exception e)
        {
            throw Fail(e);
        }
    }

    private async Task<TResponse> ReadSingleAsync()
    {
        var response = await ReadAsync() ? Current! : throw WrongCount();
        return await ReadAsync() ? throw WrongCount() : response;
    }

    private RpcException WrongCount()
    {
        Abort(CallOutcome.WrongCount);
        // None came: the status said OK and this says better.
        _outcome = CallOutcome.WrongCount;
        return _outcome.ToException();
    }

    private async Task<Metadata> ReadHeadersAsync() => ResponseOutcome.MetadataOf((await _sent!).Headers.NonValidated);

    private MessageReader<TResponse> MessagesOf(HttpResponseMessage response)
    {
        if (_messages is not null)
            return _messages;
        _body = PipeReader.Create(response.Content.ReadAsStream(), Buffering);
        return _messages = new MessageReader<TResponse>(
            _body, method.ResponseMarshaller, channel.Options.MaxReceiveMessageSize, ResponseOutcome.IsGzip(response));
    }

    private bool End(CallOutcome outcome)
    {
        if (Interlocked.CompareExchange(ref _outcome, outcome, null) is not null)
            return false;
        _triggers?.Dispose();
        _content!.Break(outcome);
        return true;
    }

    // Whoever ends the call disposes what is there by then; what comes later is disposed here.
    private void Keep(ref IDisposable? field, IDisposable value)
    {
        Interlocked.Exchange(ref field, value);
        if (_outcome is not null)
            value.Dispose();
    }

    // Only the reading side may give the buffers back; a call that is aborted while nobody reads leaves them to the collector.
    private void ReleaseBody()
    {
        _messages?.Release();
        _body?.Complete();
        _body = null;
        _response?.Dispose();
    }
}

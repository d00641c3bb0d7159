using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>The body of a request. What is written waits for nothing but the HTTP/2 window.</summary>
internal abstract class RequestContent<TRequest, TResponse> : HttpContent
    where TRequest : class
    where TResponse : class
{
    private static readonly StreamPipeWriterOptions Buffering = new(minimumBufferSize: 16 * 1024, leaveOpen: true);

    private ClientCall<TRequest, TResponse>? _call;
    private MessageWriter? _messages;

    protected RequestContent() => Headers.ContentType = new MediaTypeHeaderValue(WireNames.ContentType);

    protected ClientCall<TRequest, TResponse> Call => _call!;

    public void Attach(ClientCall<TRequest, TResponse> call) => _call = call;

    /// <summary>Puts a message into the buffer of the body. A message that cannot be encoded ends the call.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is too large.</exception>
    public void Encode(PipeWriter body, TRequest message, WriteOptions? options)
    {
        _messages ??= new MessageWriter(body, Call.Channel.Options.MaxSendMessageSize);
        try
        {
            _messages.Write(message, Call.Method.RequestMarshaller, Call.CompressRequests && !Has(options, WriteFlags.NoCompress));
        }
        catch (Exception e)
        {
            throw Call.Fail(e);
        }
    }

    /// <summary>Breaks the body off, since the call has ended.</summary>
    public virtual void Break(CallOutcome outcome)
    {
    }

    private static bool Has(WriteOptions? options, WriteFlags flag) => ((options?.Flags ?? default) & flag) != 0;

    protected static PipeWriter Open(Stream stream) => PipeWriter.Create(stream, Buffering);

    protected abstract Task SendAsync(Stream stream, CancellationToken ct);

    // When the stream or the connection breaks, the token is cancelled; throwing then would hide the reason, which comes with the response.
    // When this side has ended the call it must be thrown, or the server would take what it has for the whole.
    protected sealed override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(stream, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !Call.HasEnded)
        {
        }
    }

    protected sealed override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected sealed override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

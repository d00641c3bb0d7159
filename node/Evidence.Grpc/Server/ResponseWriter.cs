using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server;

/// <summary>Takes the responses of one call.</summary>
internal sealed class ResponseWriter<T>(HttpServerCallContext context, Marshaller<T> marshaller, GrpcServiceOptions options) : IServerStreamWriter<T>
    where T : class
{
    private readonly MessageWriter _messages = new(context.HttpContext.Response.BodyWriter, options.MaxSendMessageSize);
    private readonly bool _gzip = Compression.Negotiate(context.HttpContext, options);

    public WriteOptions? WriteOptions
    {
        get => context.WriteOptions;
        set => context.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        using (context.Completion.BeginWrite())
        {
            await StartAsync();
            Encode(message);
            if (!Has(WriteFlags.BufferHint))
                await FlushAsync(cancellationToken);
        }
    }

    /// <summary>Writes the one response of a call; it is sent together with the status.</summary>
    public async ValueTask WriteLastAsync(T message)
    {
        using (context.Completion.BeginWrite())
        {
            await StartAsync();
            Encode(message);
        }
    }

    private async ValueTask StartAsync()
    {
        var response = context.HttpContext.Response;
        if (!response.HasStarted)
            await response.StartAsync(CancellationToken.None);
    }

    private void Encode(T message)
    {
        try
        {
            _messages.Write(message, marshaller, _gzip && !Has(WriteFlags.NoCompress));
        }
        catch when (_messages.IsTorn)
        {
            context.Completion.Reset();
            throw;
        }
    }

    private async ValueTask FlushAsync(CancellationToken ct)
    {
        var abort = context.AbortToken;
        using var both = ct.CanBeCanceled && abort.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(ct, abort) : null;
        var token = both?.Token ?? (ct.CanBeCanceled ? ct : abort);
        var result = await context.HttpContext.Response.BodyWriter.FlushAsync(token);
        if (result.IsCompleted)
            throw new OperationCanceledException("The client has gone.", context.HttpContext.RequestAborted);
    }

    private bool Has(WriteFlags flag) => ((context.WriteOptions?.Flags ?? default) & flag) != 0;
}

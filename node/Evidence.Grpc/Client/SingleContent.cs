namespace Grpc.Net.Client;

/// <summary>The body of a request with exactly one message.</summary>
internal sealed class SingleContent<TRequest, TResponse>(TRequest message) : RequestContent<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    protected override async Task SendAsync(Stream stream, CancellationToken ct)
    {
        var body = Open(stream);
        Encode(body, message, Call.Options.WriteOptions);
        await body.FlushAsync(ct);
        body.Complete();
    }
}

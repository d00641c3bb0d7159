using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server;

/// <summary>The requests of one call.</summary>
internal sealed class RequestReader<T>(HttpServerCallContext context, MessageReader<T> messages) : IAsyncStreamReader<T>
    where T : class
{
    public T Current => messages.Current ?? throw new InvalidOperationException("No message has been read.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken) => await ReadAsync(cancellationToken);

    public ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        var abort = context.AbortToken;
        return ct.CanBeCanceled && abort.CanBeCanceled && ct != abort
            ? ReadLinkedAsync(ct, abort)
            : ReadOnceAsync(ct.CanBeCanceled ? ct : abort);
    }

    // What is read from is a connection and nothing else, so that it fails says that the client has gone; the host says so a little later.
    private async ValueTask<bool> ReadOnceAsync(CancellationToken ct)
    {
        try
        {
            return await messages.ReadAsync(ct);
        }
        catch (IOException e)
        {
            throw new BrokenOffException(e);
        }
    }

    private async ValueTask<bool> ReadLinkedAsync(CancellationToken ct, CancellationToken abort)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, abort);
        return await ReadOnceAsync(both.Token);
    }
}

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
            : messages.ReadAsync(ct.CanBeCanceled ? ct : abort);
    }

    private async ValueTask<bool> ReadLinkedAsync(CancellationToken ct, CancellationToken abort)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, abort);
        return await messages.ReadAsync(both.Token);
    }
}

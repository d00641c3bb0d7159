using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Takes the service that the host registered, or else makes one for each call.</summary>
internal sealed class ContainerActivator<TService>
    where TService : class
{
    private readonly ObjectFactory<TService> _make = ActivatorUtilities.CreateFactory<TService>([]);

    /// <returns>The service, and whether it was made for this call alone and is to be released after it.</returns>
    public (TService Service, bool Owned) Create(IServiceProvider services)
        => services.GetService<TService>() is { } registered ? (registered, false) : (_make(services, []), true);

    public ValueTask ReleaseAsync(TService service)
    {
        if (service is IAsyncDisposable asynchronous)
            return asynchronous.DisposeAsync();
        (service as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}

using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>The interceptors of a host, the outermost first.</summary>
public sealed class InterceptorCollection
{
    private readonly List<Func<IServiceProvider, Interceptor>> _makers = [];

    /// <summary>Adds an interceptor inside of those that are there. It is taken from the host's services, or else made out of them, once for the host.</summary>
    public void Add<TInterceptor>()
        where TInterceptor : Interceptor
        => _makers.Add(static services => ActivatorUtilities.GetServiceOrCreateInstance<TInterceptor>(services));

    internal Interceptor[] Make(IServiceProvider services) => [.. _makers.Select(make => make(services))];
}

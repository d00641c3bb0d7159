using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps gRPC services to the paths of their methods.</summary>
public static class GrpcEndpointExtensions
{
    /// <summary>Maps a service. A new <typeparamref name="TService"/> is made for each call unless it is registered with the host.</summary>
    /// <param name="endpoints">Routes of the host.</param>
    /// <returns>Takes conventions (authorization, limits) for all methods of the service.</returns>
    /// <exception cref="InvalidOperationException">AddGrpc was not called, or <typeparamref name="TService"/> has no generated base class.</exception>
    public static IEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder endpoints)
        where TService : class
    {
        var host = endpoints.ServiceProvider.GetService<CallHost>()
            ?? throw new InvalidOperationException("Call services.AddGrpc() before mapping gRPC services.");
        if (!host.HasFallback)
            Fallback.Map(endpoints);
        host.HasFallback = true;
        var routes = endpoints.MapGroup("");
        new ServiceMapper<TService>(routes, host).MapAll();
        return routes;
    }
}

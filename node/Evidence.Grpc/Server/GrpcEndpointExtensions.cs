using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps gRPC services to the paths of their methods.</summary>
public static class GrpcEndpointExtensions
{
    /// <summary>Maps a service. A new <typeparamref name="TService"/> is made for each call unless it is registered with the host.</summary>
    /// <param name="endpoints">Routes of the host.</param>
    /// <returns>Takes conventions (authorization, limits) for all methods of the service.</returns>
    public static IEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder endpoints)
        where TService : class
        => throw new NotImplementedException();
}

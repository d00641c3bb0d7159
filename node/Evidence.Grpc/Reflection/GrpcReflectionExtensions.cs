using Grpc.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the reflection service of gRPC to a host, v1 and v1alpha.</summary>
public static class GrpcReflectionExtensions
{
    /// <summary>Adds what the reflection service needs.</summary>
    /// <param name="services">Services of the host.</param>
    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        services.TryAddSingleton<ReflectionAnswers>();
        return services;
    }

    /// <summary>Maps the reflection service. It tells of all services that the host maps.</summary>
    /// <param name="endpoints">Routes of the host.</param>
    public static IEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder endpoints)
    {
        var both = endpoints.MapGroup("");
        both.MapGrpcService<ReflectionService>();
        both.MapGrpcService<ReflectionAlphaService>();
        return both;
    }
}

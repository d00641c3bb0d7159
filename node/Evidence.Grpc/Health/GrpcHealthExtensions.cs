using Grpc.HealthCheck;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the health service of gRPC to a host.</summary>
public static class GrpcHealthExtensions
{
    /// <summary>Adds <see cref="HealthServiceImpl"/>, which the host tells how its services are. None is known until it does.</summary>
    /// <param name="services">Services of the host.</param>
    public static IServiceCollection AddGrpcHealth(this IServiceCollection services)
    {
        services.TryAddSingleton<HealthServiceImpl>();
        return services;
    }

    /// <summary>Maps the health service. Its watches end when the host shuts down.</summary>
    /// <param name="endpoints">Routes of the host.</param>
    public static IEndpointConventionBuilder MapGrpcHealthService(this IEndpointRouteBuilder endpoints)
    {
        var health = endpoints.ServiceProvider.GetRequiredService<HealthServiceImpl>();
        endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(health.Stop);
        return endpoints.MapGrpcService<HealthServiceImpl>();
    }
}

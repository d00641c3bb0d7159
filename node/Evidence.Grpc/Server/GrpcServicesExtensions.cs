using Grpc.AspNetCore.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds gRPC to a host.</summary>
public static class GrpcServicesExtensions
{
    /// <summary>Adds what gRPC services need. Deadlines are measured by the <see cref="TimeProvider"/> of the host.</summary>
    /// <param name="services">Services of the host.</param>
    /// <param name="configure">Sets limits; null: the defaults.</param>
    public static IServiceCollection AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions>? configure = null)
    {
        services.AddRouting();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CallHost>();
        return services.Configure(configure ?? (_ => { }));
    }
}

using Grpc.AspNetCore.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds gRPC to a host.</summary>
public static class GrpcServicesExtensions
{
    /// <summary>Adds what gRPC services need.</summary>
    /// <param name="services">Services of the host.</param>
    public static IServiceCollection AddGrpc(this IServiceCollection services) => services.AddGrpc(_ => { });

    /// <summary>Adds what gRPC services need.</summary>
    /// <param name="services">Services of the host.</param>
    /// <param name="configure">Sets limits.</param>
    public static IServiceCollection AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions> configure)
        => services.AddRouting().Configure(configure);
}

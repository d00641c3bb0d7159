using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Evidence.Node.Access;

/// <summary>Says of mapped endpoints who may call them.</summary>
internal static class AccessConventions
{
    /// <summary>Opens the methods of a gRPC service to those whom its .proto file names beside each.</summary>
    internal static IEndpointConventionBuilder WithDeclaredAccess(this IEndpointConventionBuilder endpoints, ServiceDescriptor service)
    {
        var declared = service.Methods.ToDictionary(method => $"/{service.FullName}/{method.Name}", MethodAccess.Of, StringComparer.Ordinal);
        endpoints.Add(endpoint =>
        {
            if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } path } && declared.GetValueOrDefault(path) is { } access) endpoint.Metadata.Add(access);
        });
        return endpoints;
    }

    /// <summary>Opens endpoints that no .proto file of ours declares.</summary>
    internal static IEndpointConventionBuilder WithAccess(this IEndpointConventionBuilder endpoints, MethodAccess access)
    {
        endpoints.Add(endpoint => endpoint.Metadata.Add(access));
        return endpoints;
    }
}

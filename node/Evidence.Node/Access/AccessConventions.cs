using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Evidence.Node.Access;

/// <summary>Says of mapped endpoints who may call them.</summary>
internal static class AccessConventions
{
    /// <summary>Bytes of a request message of somebody who need not be known; names and symbols are what is asked for.</summary>
    internal const int MaxPublicMessageBytes = 64 << 10;

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

    /// <summary>Opens endpoints to anyone. What a stranger sends waits in memory until a message is whole, so that it has to be short.</summary>
    internal static void OpenToAnyone(this IEndpointConventionBuilder endpoints) =>
        endpoints.WithMetadata(MethodAccess.Public, new MessageSizeLimit(MaxPublicMessageBytes));
}

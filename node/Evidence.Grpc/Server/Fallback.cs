using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server;

/// <summary>Answers gRPC calls of methods that do not exist with UNIMPLEMENTED. Other requests stay with the host.</summary>
internal sealed class Fallback : IRouteConstraint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pattern = RoutePatternFactory.Parse(
            "{grpcService}/{grpcMethod}", defaults: null, parameterPolicies: new { grpcService = new Fallback() });
        routes.Map(pattern, Answer).WithMetadata(new HttpMethodMetadata([HttpMethods.Post])).WithDisplayName("gRPC unimplemented");
    }

    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection)
        => httpContext is not null && WireNames.IsGrpc(httpContext.Request.ContentType);

    private static Task Answer(HttpContext http)
    {
        if (Preconditions.Check(http))
            ResponseStatus.Set(http.Response, new Status(StatusCode.Unimplemented, $"The method {http.Request.Path} does not exist."), null);
        return Task.CompletedTask;
    }
}

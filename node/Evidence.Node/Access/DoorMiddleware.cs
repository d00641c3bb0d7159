using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Evidence.Node.Access;

/// <summary>Lets in a call only when its endpoint is open to its caller, before anything of it is read.</summary>
internal sealed partial class DoorMiddleware(RequestDelegate next, CallerReader callers, ILogger<DoorMiddleware> logger)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint() is not { } endpoint) return next(http); // leads nowhere
        if (endpoint.Metadata.GetMetadata<MethodAccess>() is not { } access) return Closed(http).SendAsync(http);
        var (caller, problem) = access.IsPublic ? (Caller.Anonymous(default), null) : callers.Read(http);
        if (caller is null) return RefuseAsync(http, null, new CallRefusal(StatusCode.Unauthenticated, problem!));
        if (!access.IsPublic && !access.Admitted.Meets(caller.Roles)) return RefuseAsync(http, caller, Denied(caller, access));
        http.Features.Set(new CallAccess(caller, access, message => Note(http, caller, StatusCode.PermissionDenied, message)));
        return next(http);
    }

    // What does not exist and what nobody may call look the same.
    private static CallRefusal Closed(HttpContext http) => new(StatusCode.Unimplemented, $"The method {http.Request.Path} does not exist.");

    private static CallRefusal Denied(Caller caller, MethodAccess access) => caller.IsAnonymous
        ? new CallRefusal(StatusCode.Unauthenticated, $"This call needs one of the roles {access.Admitted}: send a token of this node (authorization: Bearer TOKEN), or a client certificate that it knows.")
        : new CallRefusal(StatusCode.PermissionDenied, $"This call needs one of the roles {access.Admitted}; {caller.Name} has {caller.Roles}.");

    private Task RefuseAsync(HttpContext http, Caller? caller, CallRefusal refusal)
    {
        Note(http, caller, refusal.Code, refusal.Message);
        return refusal.SendAsync(http);
    }

    private void Note(HttpContext http, Caller? caller, StatusCode code, string message) =>
        LogRefused(http.Request.Path, caller?.Name ?? Caller.AnonymousName, http.Connection.RemoteIpAddress, code, message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} was refused to {Caller} at {Address}: {Code}: {Reason}")]
    private partial void LogRefused(string? method, string caller, System.Net.IPAddress? address, StatusCode code, string reason);
}

using System.Threading.RateLimiting;
using Evidence.Node.Logs;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Evidence.Node.Access;

/// <summary>Lets in a call only when its endpoint is open to its caller, and the caller has not too many of them, before anything of it is read.</summary>
internal sealed class DoorMiddleware(RequestDelegate next, CallerReader callers, CallerLimits limits, RefusalBook refusals, NodeLogs logs)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint() is not { } endpoint)
        {
            await next(http); // leads nowhere
            return;
        }

        var access = endpoint.Metadata.GetMetadata<MethodAccess>();
        var (caller, problem) = access is null or { IsPublic: true } ? (Caller.Anonymous(default), null) : callers.Read(http);
        var from = http.Connection.RemoteIpAddress;
        using var lease = access is { IsPublic: true } ? limits.EnterPublic(http.Request.Path.Value!, from) : limits.Enter(caller, from);
        if (RefusalOf(http, access, caller, problem, lease) is { } refusal)
        {
            if (access is not null) Note(http, caller, refusal.Code, refusal.Message);
            await refusal.SendAsync(http);
            return;
        }

        http.Features.Set(new CallAccess(caller!, access!, logs.Own, message => Note(http, caller, StatusCode.PermissionDenied, message)));
        await next(http);
    }

    private static CallRefusal? RefusalOf(HttpContext http, MethodAccess? access, Caller? caller, string? problem, RateLimitLease lease)
    {
        if (!lease.IsAcquired) return TooMany(caller, lease);
        // What does not exist and what nobody may call look the same.
        if (access is null) return new CallRefusal(StatusCode.Unimplemented, $"The method {http.Request.Path} does not exist.");
        if (caller is null) return new CallRefusal(StatusCode.Unauthenticated, problem!);
        return access.IsPublic || access.Admitted.Meets(caller.Roles) ? null : Denied(caller, access);
    }

    private static CallRefusal TooMany(Caller? caller, RateLimitLease lease)
    {
        var after = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
        return new CallRefusal(StatusCode.ResourceExhausted, $"There are too many calls of {caller?.Name ?? Caller.AnonymousName}: wait, and make fewer at once.") { RetryAfter = after };
    }

    private static CallRefusal Denied(Caller caller, MethodAccess access) => caller.IsAnonymous
        ? new CallRefusal(StatusCode.Unauthenticated, $"This call needs one of the roles {access.Admitted}: send a token of this node (authorization: Bearer TOKEN), or a client certificate that it knows.")
        : new CallRefusal(StatusCode.PermissionDenied, $"This call needs one of the roles {access.Admitted}; {caller.Name} has {caller.Roles}.");

    private void Note(HttpContext http, Caller? caller, StatusCode code, string message) =>
        refusals.Note(http.Request.Path.Value ?? "", caller is { IsAnonymous: false } ? caller.Name : null, http.Connection.RemoteIpAddress, code, message);
}

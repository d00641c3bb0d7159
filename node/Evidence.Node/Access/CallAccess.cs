using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Core.Seals;
using Evidence.Storage;
using Evidence.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Evidence.Node.Access;

/// <summary>Who makes a call that was let in, and for which records; a feature of its HTTP request.</summary>
/// <param name="caller">Who makes it.</param>
/// <param name="method">Who may make such calls.</param>
/// <param name="own">The log that this node writes.</param>
/// <param name="denied">Hears of what is denied after all.</param>
internal sealed class CallAccess(Caller caller, MethodAccess method, LogStore own, Action<string> denied)
{
    private const int MaxStated = 64;

    internal Caller Caller => caller;

    /// <summary>Whether the caller may only have some records.</summary>
    internal bool IsLimited => !method.IsPublic && !method.Roles.Meets(caller.Roles);

    /// <exception cref="InvalidOperationException">The call did not come through the door.</exception>
    internal static CallAccess Of(ServerCallContext context) => Of(context.GetHttpContext());

    /// <exception cref="InvalidOperationException">The request did not come through the door.</exception>
    internal static CallAccess Of(HttpContext http) => http.Features.Get<CallAccess>() ?? throw new InvalidOperationException("The call did not come through the door.");

    /// <summary>Who is said to have done something: the caller's name, or the address that an unknown one calls from.</summary>
    internal static string AgentOf(ServerCallContext context) => Of(context).Caller is { IsAnonymous: false, Name: var name }
        ? name
        : context.GetHttpContext().Connection.RemoteIpAddress?.ToString() ?? context.Peer; // without the port, which is another one for each connection

    /// <summary>In whose name a record is filed: the caller's own when it is left out, and only that for whoever may not file for others.</summary>
    /// <exception cref="RpcException">PERMISSION_DENIED: in the name of somebody else.</exception>
    internal string SubmitterOf(string stated) => stated.Length == 0 && (IsLimited || !caller.IsAnonymous) ? caller.Name
        : !IsLimited || stated == caller.Name ? stated
        : throw Deny($"{caller.Name} may file in the own name only, not in that of {PlainText.Short(stated, MaxStated)}: leave the submitter out, or ask for the role {method.Roles}.");

    /// <summary>Whether the caller may have what was filed at this node by a submitter.</summary>
    internal bool MayHaveOf(string submitter) => !IsLimited || (caller.Roles.Has(Role.Submitter) && method.Limited.Has(Role.Submitter) && submitter == caller.Name);

    /// <summary>Whether the caller may have a record. One whose seal cannot be read is nobody's own.</summary>
    /// <remarks>Each node names its callers for itself: a submitter of that name in the log of another node is somebody else.</remarks>
    internal bool MayHave(LogStore log, Seal? seal) => !IsLimited || (seal is not null && ((log == own && MayHaveOf(seal.Submitter)) || IsHistory(log, seal)));

    /// <exception cref="RpcException">PERMISSION_DENIED: the caller may not have the record.</exception>
    internal void Demand(LogStore log, Seal? seal)
    {
        if (!MayHave(log, seal)) throw Deny($"The record is not one that {caller.Name} may have here; for any record this call needs the role {method.Roles}.");
    }

    /// <exception cref="RpcException">PERMISSION_DENIED: the caller may not have what this submitter filed.</exception>
    internal void DemandOf(string submitter)
    {
        if (!MayHaveOf(submitter)) throw Deny($"What {caller.Name} asks for was filed by somebody else; for that this call needs the role {method.Roles}.");
    }

    private bool IsHistory(LogStore log, Seal seal) =>
        caller.Roles.Has(Role.Auditor) && method.Limited.Has(Role.Auditor) && seal.Submitter == EventDocument.SubmitterOf(log.Origin);

    private RpcException Deny(string message)
    {
        denied(message);
        return new RpcException(new Status(StatusCode.PermissionDenied, message));
    }
}

using Evidence.V1;
using Google.Protobuf.Reflection;

namespace Evidence.Node.Access;

/// <summary>Who may call an endpoint; metadata of the endpoint. One without it is closed to everyone.</summary>
/// <param name="Roles">Roles that may call it for any record.</param>
/// <param name="Limited">Roles that may call it for some records only; which ones, <see cref="CallAccess"/> knows.</param>
/// <param name="IsPublic">Anyone may call it, known or not.</param>
internal sealed record MethodAccess(RoleSet Roles, RoleSet Limited = default, bool IsPublic = false)
{
    /// <summary>Open to anyone.</summary>
    internal static MethodAccess Public { get; } = new(default, IsPublic: true);

    /// <summary>All roles that the endpoint lets in.</summary>
    internal RoleSet Admitted => Roles | Limited;

    /// <summary>What stands beside a method in its .proto file; null where nothing does.</summary>
    internal static MethodAccess? Of(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(AccessExtensions.Access) is { } access ? new MethodAccess(RoleSet.Of(access.Roles), RoleSet.Of(access.Limited), access.Public) : null;
}

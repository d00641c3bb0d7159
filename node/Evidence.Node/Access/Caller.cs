namespace Evidence.Node.Access;

/// <summary>How a caller is known.</summary>
internal enum CallerProof
{
    /// <summary>Not at all.</summary>
    Anonymous,

    /// <summary>By an API token.</summary>
    Token,

    /// <summary>By a client certificate.</summary>
    Certificate,
}

/// <summary>Who makes a call.</summary>
/// <param name="Name">The name that the node's configuration gives; <see cref="AnonymousName"/> for those who are not known.</param>
/// <param name="Roles">What the caller may be.</param>
/// <param name="Proof">How the caller is known.</param>
internal sealed record Caller(string Name, RoleSet Roles, CallerProof Proof)
{
    /// <summary>Name of those who are not known; nobody else may have it.</summary>
    internal const string AnonymousName = "anonymous";

    internal bool IsAnonymous => Proof == CallerProof.Anonymous;

    /// <summary>Somebody who is not known.</summary>
    internal static Caller Anonymous(RoleSet roles) => new(AnonymousName, roles, CallerProof.Anonymous);
}

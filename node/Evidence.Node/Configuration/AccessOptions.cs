using Evidence.Node.Access;

namespace Evidence.Node.Configuration;

/// <summary>Who may do what.</summary>
internal sealed record AccessOptions
{
    /// <summary>What those may be who show nothing.</summary>
    public RoleSet Anonymous { get; init; }

    /// <summary>Where the node keeps what it knows of its tokens; empty: it knows none.</summary>
    public string TokensFile { get; init; } = "";
}

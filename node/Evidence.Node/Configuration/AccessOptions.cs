using Evidence.Core;
using Evidence.Node.Access;

namespace Evidence.Node.Configuration;

/// <summary>Who may do what.</summary>
internal sealed record AccessOptions
{
    /// <summary>What those may be who show nothing.</summary>
    public RoleSet Anonymous { get; init; }

    /// <summary>Who is known by a client certificate.</summary>
    public IReadOnlyList<CertificateOptions> Certificates { get; init; } = [];

    /// <summary>How much one caller may ask for.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>Where the node keeps what it knows of its tokens; empty: it knows none.</summary>
    public string TokensFile { get; init; } = "";
}

/// <summary>A caller that is known by a client certificate.</summary>
/// <param name="Name">The caller's name.</param>
/// <param name="Roles">What the caller may be.</param>
/// <param name="Sha256">SHA-256 of the one certificate (DER); null: by subject.</param>
/// <param name="Subject">Subject (RFC 4514) of certificates of the client authorities; null: by digest.</param>
internal sealed record CertificateOptions(string Name, RoleSet Roles, Digest? Sha256, string? Subject);

/// <summary>How much one caller may ask for. A stream of records is one call.</summary>
internal sealed record LimitOptions
{
    /// <summary>Calls a second, over a longer time.</summary>
    public int CallsPerSecond { get; init; } = 10_000;

    /// <summary>Calls that may come at once after a rest.</summary>
    public int Burst { get; init; } = 20_000;

    /// <summary>Calls that may be under way, those that watch included.</summary>
    public int CallsAtOnce { get; init; } = 1000;
}

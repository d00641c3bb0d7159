using Evidence.Core;

namespace Evidence.Node.Access.Tokens;

/// <summary>What a node keeps of a token: everything but the token.</summary>
/// <param name="Id">Names it for people, to revoke it by.</param>
/// <param name="Name">Name of the caller who has it.</param>
/// <param name="Roles">What that caller may be.</param>
/// <param name="Sha256">SHA-256 of the token's text. It is random, so that nothing can be guessed from this.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">From when on it is not good any more.</param>
/// <param name="Revoked">When it was revoked; null: it was not.</param>
internal sealed record TokenEntry(string Id, string Name, RoleSet Roles, Digest Sha256, DateTimeOffset Created, DateTimeOffset Expires, DateTimeOffset? Revoked)
{
    /// <summary>Why the token is not good; null: it is.</summary>
    internal string? ProblemAt(DateTimeOffset now) =>
        Revoked is { } revoked ? $"The token {Id} was revoked at {TokenFile.Text(revoked)}."
        : now >= Expires ? $"The token {Id} expired at {TokenFile.Text(Expires)}: have a new one made with `evidence token create`."
        : null;
}

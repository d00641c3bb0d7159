using System.Security.Cryptography;
using Evidence.Node.Configuration;

namespace Evidence.Node.Access.Tokens;

/// <summary>What is known of a token, for people.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">Name of the caller who has it.</param>
/// <param name="Roles">What that caller may be.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">From when on it is not good any more.</param>
/// <param name="Revoked">When it was revoked; null: it was not.</param>
public sealed record TokenInfo(string Id, string Name, IReadOnlyList<string> Roles, DateTimeOffset Created, DateTimeOffset Expires, DateTimeOffset? Revoked);

/// <summary>Makes, lists and revokes the tokens of a node, running or not. A running one notices by itself.</summary>
public static class NodeTokens
{
    /// <summary>Longest life of a token.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromDays(3660);

    /// <summary>Makes a token.</summary>
    /// <param name="configFile">The node's node.json.</param>
    /// <param name="name">Name of the caller who gets it.</param>
    /// <param name="roles">Names of the caller's roles.</param>
    /// <param name="life">How long it is good.</param>
    /// <param name="time">The clock.</param>
    /// <returns>What the node keeps, and the token, which cannot be had again.</returns>
    /// <exception cref="ConfigurationException">The configuration or tokens.json has errors.</exception>
    /// <exception cref="FormatException">The name or a role is none, or the life is not above zero and at most <see cref="MaxLife"/>.</exception>
    public static (TokenInfo Info, string Token) Create(string configFile, string name, IReadOnlyCollection<string> roles, TimeSpan life, TimeProvider time) =>
        CreateIn(TokensOf(configFile), name, roles, life, time, static _ => { });

    /// <summary>All tokens, in the order in which they were made.</summary>
    /// <param name="configFile">The node's node.json.</param>
    /// <exception cref="ConfigurationException">The configuration or tokens.json has errors.</exception>
    public static IReadOnlyList<TokenInfo> List(string configFile) => [.. TokenFile.Read(TokensOf(configFile)).Select(Info)];

    /// <summary>Revokes a token; one that is revoked already stays so.</summary>
    /// <param name="configFile">The node's node.json.</param>
    /// <param name="id">The token's id.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConfigurationException">The configuration or tokens.json has errors, or knows no such token.</exception>
    public static TokenInfo Revoke(string configFile, string id, TimeProvider time)
    {
        var file = TokensOf(configFile);
        return TokenFile.Change(file, entries =>
        {
            var at = entries.FindIndex(entry => entry.Id == id);
            if (at < 0) throw new ConfigurationException(file, [$"there is no token {id}; `evidence token list` names those that there are"]);
            entries[at] = entries[at] with { Revoked = entries[at].Revoked ?? Seconds(time.GetUtcNow()) };
            return Info(entries[at]);
        });
    }

    /// <summary>Makes a token. <paramref name="give"/> takes it before the node knows it, so that none is known that nobody has.</summary>
    internal static (TokenInfo Info, string Token) CreateIn(string file, string name, IReadOnlyCollection<string> roles, TimeSpan life, TimeProvider time, Action<string> give)
    {
        if (AccessOptionsReader.ProblemOf(name) is { } problem) throw new FormatException($"The name '{name}' {problem}.");
        if (life <= TimeSpan.Zero || life > MaxLife) throw new FormatException($"A token is good for more than 0 and at most {MaxLife.TotalDays:0} days.");
        if (roles.Count == 0) throw new FormatException($"Name at least one role: {RoleSet.Names}.");
        var set = roles.Aggregate(default(RoleSet), (all, role) => all | (RoleSet.Parse(role) ?? throw new FormatException($"'{role}' is no role; there are {RoleSet.Names}.")));
        var (token, now) = (TokenText.Make(), Seconds(time.GetUtcNow()));
        return (TokenFile.Change(file, entries =>
        {
            give(token);
            var entry = new TokenEntry(NewId(entries), name, set, TokenText.DigestOf(token), now, now + life, null);
            entries.Add(entry);
            return Info(entry);
        }), token);
    }

    private static string TokensOf(string configFile) => NodeOptionsReader.Read(configFile).Access.TokensFile;

    private static string NewId(List<TokenEntry> entries)
    {
        while (true)
        {
            var id = RandomNumberGenerator.GetHexString(8, lowercase: true);
            if (entries.TrueForAll(entry => entry.Id != id)) return id;
        }
    }

    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static TokenInfo Info(TokenEntry entry) => new(entry.Id, entry.Name, entry.Roles.ToNames(), entry.Created, entry.Expires, entry.Revoked);
}

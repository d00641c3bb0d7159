using System.Buffers.Binary;
using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Node.Configuration;

namespace Evidence.Node.Access.Tokens;

/// <summary>The tokens that a node knows.</summary>
internal sealed class TokenBook(NodeOptions options, TimeProvider time)
{
    private ILookup<ulong, TokenEntry> _entries = Order(TokenFile.Read(options.Access.TokensFile));

    /// <summary>Who has a token, or why it is not good.</summary>
    internal (Caller? Caller, string? Problem) Find(string token)
    {
        if (token.Length != TokenText.Length || !token.StartsWith(TokenText.Prefix, StringComparison.Ordinal)) return (null, "What was sent as a token is not one of a node.");
        var digest = TokenText.DigestOf(token);
        foreach (var entry in Volatile.Read(ref _entries)[KeyOf(digest)])
            if (CryptographicOperations.FixedTimeEquals(entry.Sha256.ToArray(), digest.ToArray()))
                return entry.ProblemAt(time.GetUtcNow()) is { } problem ? (null, problem) : (new Caller(entry.Name, entry.Roles, CallerProof.Token), null);
        return (null, "This node does not know the token.");
    }

    /// <summary>Reads the file again. If it is no good, what was in force stays.</summary>
    /// <exception cref="ConfigurationException">The file is not what it should be.</exception>
    /// <exception cref="KeyFileException">Others than its owner can touch it.</exception>
    internal void Load() => Volatile.Write(ref _entries, Order(TokenFile.Read(options.Access.TokensFile)));

    // How long it takes to find a digest says nothing of the token that it is of.
    private static ulong KeyOf(Digest digest) => BinaryPrimitives.ReadUInt64BigEndian(digest.ToArray());

    private static ILookup<ulong, TokenEntry> Order(IReadOnlyList<TokenEntry> entries) => entries.ToLookup(static entry => KeyOf(entry.Sha256));
}

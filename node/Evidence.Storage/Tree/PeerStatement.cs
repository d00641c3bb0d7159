using Evidence.Core.Log;
using Evidence.Core.Verification;

namespace Evidence.Storage.Tree;

/// <summary>Something that a peer states of a log, held to the mirror's own tree.</summary>
/// <param name="store">The mirror.</param>
/// <param name="what">What is stated, as texts name it.</param>
internal sealed class PeerStatement(LogStore store, string what)
{
    /// <summary>The root of the mirror's tree at a size that is stated.</summary>
    /// <exception cref="StorageException">A tile is missing: neither the statement nor the mirror is shown to be wrong.</exception>
    internal Core.Digest RootAt(ulong size)
    {
        try
        {
            return store.RootAt(size);
        }
        catch (MissingNodeException e)
        {
            throw new StorageException($"The tree of {store.Origin} cannot be compared: {e.Message} Rebuild its tiles first.", e);
        }
    }

    internal UnprovenBytesException Refused(string code, string why, string? expected = null, string? actual = null) =>
        new($"The {what} of {store.Origin} {why}", [new Finding(code, Severity.Error, Layer.Log, $"{what} of {store.Origin}", $"The {what} {why}", expected, actual)]);
}

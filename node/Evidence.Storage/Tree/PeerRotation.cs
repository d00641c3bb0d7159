using System.Globalization;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;

namespace Evidence.Storage.Tree;

/// <summary>Holds rotations of a log's key that a peer hands in to the mirror's own tree and checkpoint.</summary>
internal static class PeerRotation
{
    /// <summary>Sees that a longer history of keys goes on after the one that is known, over the tree that is here.</summary>
    /// <exception cref="UnprovenBytesException">It does not.</exception>
    internal static void Check(LogStore store, LogKeyHistory keys)
    {
        if (!keys.Extends(store.Keys)) throw Refused(store, FindingCodes.RotationUnlinked, "are not those that are known here.");
        foreach (var rotation in keys.Rotations.Skip(store.Keys.Rotations.Count)) Check(store, rotation);
        // What was signed and published may not become the word of a key whose time was over: the size of a rotation would have been set back.
        if (store.Published.Current is { } published && keys.SignerOf(published.Note, published.Checkpoint.Size) is null)
            throw Refused(store, FindingCodes.CheckpointKeyOutOfTime, Say($"would take its checkpoint of {published.Checkpoint.Size} leaves from the key that signed it."));
    }

    private static void Check(LogStore store, RotationNote rotation)
    {
        if (rotation.Size > store.Size) throw Refused(store, FindingCodes.LogProofMissing, Say($"are beyond the {store.Size} leaves that are here: one is at {rotation.Size}."));
        var root = RootAt(store, rotation.Size);
        if (root != rotation.Root) throw Refused(store, FindingCodes.RotationUnlinked, Say($"name another root at {rotation.Size} leaves than the mirror."), rotation.Root.ToString(), root.ToString());
    }

    private static Core.Digest RootAt(LogStore store, ulong size)
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

    private static UnprovenBytesException Refused(LogStore store, string code, string why, string? expected = null, string? actual = null) =>
        new($"The rotations of the key of {store.Origin} {why}", [new Finding(code, Severity.Error, Layer.Log, $"keys of {store.Origin}", $"The rotations {why}", expected, actual)]);

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

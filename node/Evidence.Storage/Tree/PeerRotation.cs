using System.Globalization;
using Evidence.Core.Notes;
using Evidence.Core.Verification;

namespace Evidence.Storage.Tree;

/// <summary>Holds rotations of a log's key that a peer hands in to the mirror's own tree and checkpoint.</summary>
internal sealed class PeerRotation(LogStore store)
{
    private readonly PeerStatement _statement = new(store, "key rotations");

    /// <summary>Sees that a longer history of keys goes on after the one that is known, over the tree that is here.</summary>
    /// <exception cref="UnprovenBytesException">It does not.</exception>
    internal static void Check(LogStore store, LogKeyHistory keys) => new PeerRotation(store).Check(keys);

    private void Check(LogKeyHistory keys)
    {
        if (!keys.Extends(store.Keys)) throw _statement.Refused(FindingCodes.RotationUnlinked, "are not those that are known here.");
        foreach (var rotation in keys.Rotations.Skip(store.Keys.Rotations.Count)) Check(rotation);
        // What was signed and published may not become the word of a key whose time was over: the size of a rotation would have been set back.
        if (store.Published.Current is { } published && keys.SignerOf(published.Note, published.Checkpoint.Size) is null)
            throw _statement.Refused(FindingCodes.CheckpointKeyOutOfTime, Say($"would take the checkpoint of {published.Checkpoint.Size} leaves from the key that signed it."));
    }

    private void Check(RotationNote rotation)
    {
        if (rotation.Size > store.Size) throw _statement.Refused(FindingCodes.LogProofMissing, Say($"are beyond the {store.Size} leaves that are here: one is at {rotation.Size}."));
        var root = _statement.RootAt(rotation.Size);
        if (root != rotation.Root)
            throw _statement.Refused(FindingCodes.RotationUnlinked, Say($"name another root at {rotation.Size} leaves than the mirror."), rotation.Root.ToString(), root.ToString());
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

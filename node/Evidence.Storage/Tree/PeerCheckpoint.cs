using System.Globalization;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;

namespace Evidence.Storage.Tree;

/// <summary>Holds a peer's checkpoint to the mirror's own tree.</summary>
internal static class PeerCheckpoint
{
    /// <summary>The checkpoint, when it may be published.</summary>
    /// <exception cref="UnprovenBytesException">It may not.</exception>
    internal static Published Accept(LogStore store, SignedNote note)
    {
        var checkpoint = Parse(store, note);
        if (store.Keys.SignerOf(note, checkpoint.Size) is null) throw Refused(store, FindingCodes.CheckpointSignatureWrong, "is not signed by the log.");
        if (checkpoint.Size > store.Size) throw Refused(store, FindingCodes.LogProofMissing, Say($"is of {checkpoint.Size} leaves; only {store.Size} are here."));
        if (store.Published.Current is { } current && checkpoint.Size < current.Checkpoint.Size)
            throw Refused(store, FindingCodes.TileUnexpected, Say($"is of {checkpoint.Size} leaves, older than the published one of {current.Checkpoint.Size}."));
        var root = RootAt(store, checkpoint.Size);
        return root == checkpoint.Root
            ? new Published(note, checkpoint)
            : throw Refused(store, FindingCodes.TileChanged, Say($"has another root at {checkpoint.Size} leaves than the mirror."), checkpoint.Root.ToString(), root.ToString());
    }

    private static Checkpoint Parse(LogStore store, SignedNote note)
    {
        try
        {
            var checkpoint = Checkpoint.Parse(note.Text);
            return checkpoint.Origin == store.Origin ? checkpoint : throw Refused(store, FindingCodes.LogUnexpected, $"is that of the log {checkpoint.Origin}.");
        }
        catch (FormatException e)
        {
            throw Refused(store, FindingCodes.LogProofUnreadable, $"cannot be read: {e.Message}");
        }
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
        new($"The checkpoint of {store.Origin} {why}", [new Finding(code, Severity.Error, Layer.Log, $"checkpoint of {store.Origin}", $"The checkpoint {why}", expected, actual)]);

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

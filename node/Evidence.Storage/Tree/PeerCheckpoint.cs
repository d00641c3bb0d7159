using System.Globalization;
using Evidence.Core.Notes;
using Evidence.Core.Verification;

namespace Evidence.Storage.Tree;

/// <summary>Holds a peer's checkpoint to the mirror's own tree.</summary>
internal sealed class PeerCheckpoint(LogStore store)
{
    private readonly PeerStatement _statement = new(store, "checkpoint");

    /// <summary>The checkpoint, when it may be published.</summary>
    /// <exception cref="UnprovenBytesException">It may not.</exception>
    internal static Published Accept(LogStore store, SignedNote note) => new PeerCheckpoint(store).Accept(note);

    private Published Accept(SignedNote note)
    {
        var checkpoint = Parse(note);
        if (store.Keys.SignerOf(note, checkpoint.Size) is null) throw _statement.Refused(FindingCodes.CheckpointSignatureWrong, "is not signed by the log.");
        if (checkpoint.Size > store.Size) throw _statement.Refused(FindingCodes.LogProofMissing, Say($"is of {checkpoint.Size} leaves; only {store.Size} are here."));
        if (store.Published.Current is { } current && checkpoint.Size < current.Checkpoint.Size)
            throw _statement.Refused(FindingCodes.TileUnexpected, Say($"is of {checkpoint.Size} leaves, older than the published one of {current.Checkpoint.Size}."));
        var root = _statement.RootAt(checkpoint.Size);
        return root == checkpoint.Root
            ? new Published(note, checkpoint)
            : throw _statement.Refused(FindingCodes.TileChanged, Say($"has another root at {checkpoint.Size} leaves than the mirror."), checkpoint.Root.ToString(), root.ToString());
    }

    private Checkpoint Parse(SignedNote note)
    {
        try
        {
            var checkpoint = Checkpoint.Parse(note.Text);
            return checkpoint.Origin == store.Origin ? checkpoint : throw _statement.Refused(FindingCodes.LogUnexpected, $"is that of the log {checkpoint.Origin}.");
        }
        catch (FormatException e)
        {
            throw _statement.Refused(FindingCodes.LogProofUnreadable, $"cannot be read: {e.Message}");
        }
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using Evidence.Core.Notes;
using Evidence.Storage;

namespace Evidence.Node.Replication;

/// <summary>A peer's newest checkpoint, signed by its log and no step back from what was mirrored.</summary>
internal sealed record PeerCheckpoint(SignedNote Note, Checkpoint Checkpoint)
{
    /// <summary>Null when the peer has published none yet.</summary>
    /// <exception cref="PeerUntrueException">The checkpoint is not the log's, or shows a shorter or another history.</exception>
    internal static async Task<PeerCheckpoint?> FetchAsync(IPeer peer, LogStore mirror, LogKeyHistory keys, CancellationToken ct)
    {
        var bytes = await peer.GetCheckpointAsync(keys.Origin, ct);
        var known = mirror.Checkpoint is { } note ? Checkpoint.Parse(note.Text) : null;
        if (bytes is null)
            return known is null ? null : throw new PeerUntrueException(peer.Name, "it has no checkpoint any more.", Describe(known), "none");
        var seen = Parse(peer, bytes, keys);
        if (known is not null) Compare(peer, known, seen.Checkpoint);
        return seen;
    }

    /// <exception cref="PeerUntrueException">The bytes are not a checkpoint that the log signed.</exception>
    internal static PeerCheckpoint Parse(IPeer peer, byte[] bytes, LogKeyHistory keys)
    {
        try
        {
            var note = SignedNote.Parse(bytes);
            var checkpoint = Checkpoint.Parse(note.Text);
            if (keys.SignerOf(note, checkpoint.Size) is null) throw new FormatException("the log's signature does not verify.");
            return checkpoint.Origin == keys.Origin
                ? new PeerCheckpoint(note, checkpoint)
                : throw new FormatException($"it is of the log '{checkpoint.Origin}'.");
        }
        catch (FormatException e)
        {
            throw new PeerUntrueException(peer.Name, $"its checkpoint of '{keys.Origin}' does not hold: {e.Message}");
        }
    }

    private static void Compare(IPeer peer, Checkpoint known, Checkpoint seen)
    {
        if (seen.Size < known.Size)
            throw new PeerUntrueException(peer.Name, "its log has become shorter.", Describe(known), Describe(seen));
        if (seen.Size == known.Size && seen.Root != known.Root)
            throw new PeerUntrueException(peer.Name, "it signed two different trees of the same size.", Describe(known), Describe(seen));
    }

    private static string Describe(Checkpoint checkpoint) => $"{checkpoint.Size} leaves, root {checkpoint.Root}";
}

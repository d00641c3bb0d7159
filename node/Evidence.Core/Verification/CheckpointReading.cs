using Evidence.Core.Notes;

namespace Evidence.Core.Verification;

/// <summary>A signed checkpoint that could be read.</summary>
internal sealed record CheckpointReading(SignedNote Note, Checkpoint Checkpoint)
{
    /// <summary>Reads a note; null, and a warning in <paramref name="list"/>, when it is no checkpoint.</summary>
    internal static CheckpointReading? TryRead(string text, FindingList list, string code)
    {
        try
        {
            var note = SignedNote.Parse(text);
            return new CheckpointReading(note, Checkpoint.Parse(note.Text));
        }
        catch (FormatException e)
        {
            list.Warning(code, "checkpoint", $"The checkpoint could not be read: {e.Message}");
            return null;
        }
    }

    /// <summary>Whether a key that is valid at the checkpoint's size, of one of the logs that is named like its origin, signed it. A signature that bears a key's name and id and does not verify is an error.</summary>
    internal bool CheckSignedBy(IReadOnlyList<LogKeyHistory> logs, FindingList list)
    {
        var named = logs.Where(log => log.Origin == Checkpoint.Origin).ToList();
        if (named.Count == 0)
        {
            list.Warning(FindingCodes.LogUnexpected, Checkpoint.Origin, "The checkpoint is of a log whose key is not among those to be accepted.", string.Join(", ", logs.Select(static log => log.Current)), Checkpoint.Origin);
            return false;
        }

        if (named.Select(log => log.SignerOf(Note, Checkpoint.Size)).FirstOrDefault(static key => key is not null) is { } signer)
        {
            list.Ground($"Log: the checkpoint is signed by {signer}.");
            return true;
        }

        Refuse([.. named.SelectMany(log => log.ValidAt(Checkpoint.Size))], named.SelectMany(static log => log.Keys).FirstOrDefault(Note.IsSignedBy), list);
        return false;
    }

    private void Refuse(List<VerifierKey> valid, VerifierKey? outOfTime, FindingList list)
    {
        if (valid.Exists(Bears)) list.Error(FindingCodes.CheckpointSignatureWrong, Checkpoint.Origin, "The checkpoint's signature does not verify with the log's key.");
        else if (outOfTime is not null)
            list.Error(FindingCodes.CheckpointKeyOutOfTime, Checkpoint.Origin, "The checkpoint is signed by a key of the log that, by its rotations, does not sign at this size.", string.Join(", ", valid), outOfTime.ToString());
        else list.Warning(FindingCodes.LogUnexpected, Checkpoint.Origin, "The checkpoint is not signed by the key that is to be accepted for this log.", string.Join(", ", valid));
    }

    /// <summary>Whether the note has a signature line with the key's name and id.</summary>
    internal bool Bears(VerifierKey key) => Note.Signatures.Any(signature => signature.Name == key.Name && signature.KeyId == key.KeyId);
}

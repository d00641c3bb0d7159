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

    /// <summary>Whether one of the keys, named like the checkpoint's origin, signed it. A signature that bears a key's name and id and does not verify is an error.</summary>
    internal bool CheckSignedBy(IReadOnlyList<VerifierKey> keys, FindingList list)
    {
        var named = keys.Where(key => key.Name == Checkpoint.Origin && key.Algorithm == VerifierKey.Ed25519Note).ToList();
        if (named.Count == 0)
        {
            list.Warning(FindingCodes.LogUnexpected, Checkpoint.Origin, "The checkpoint is of a log whose key is not among those to be accepted.", string.Join(", ", keys), Checkpoint.Origin);
            return false;
        }

        if (named.Find(Note.IsSignedBy) is { } signer)
        {
            list.Ground($"Log: the checkpoint is signed by {signer}.");
            return true;
        }

        if (named.Exists(Bears)) list.Error(FindingCodes.CheckpointSignatureWrong, Checkpoint.Origin, "The checkpoint's signature does not verify with the log's key.");
        else list.Warning(FindingCodes.LogUnexpected, Checkpoint.Origin, "The checkpoint is not signed by the key that is to be accepted for this log.", string.Join(", ", named));
        return false;
    }

    /// <summary>Whether the note has a signature line with the key's name and id.</summary>
    internal bool Bears(VerifierKey key) => Note.Signatures.Any(signature => signature.Name == key.Name && signature.KeyId == key.KeyId);
}

using System.Globalization;

namespace Evidence.Core.Notes;

/// <summary>What a log states about itself: its name, its size, its root (C2SP tlog-checkpoint).</summary>
/// <param name="Origin">Name of the log.</param>
/// <param name="Size">Number of leaves.</param>
/// <param name="Root">Root of the tree of that size (RFC 9162, section 2.1.1).</param>
public sealed record Checkpoint(string Origin, ulong Size, Digest Root)
{
    /// <summary>The note text: origin, size and base64 of the root, each on a line.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.ToArray())}\n");

    /// <summary>Reads a note text. Extension lines, which the standard discourages, are refused: no log of this kind has any.</summary>
    /// <exception cref="FormatException">The text is not a checkpoint; the message names the line.</exception>
    public static Checkpoint Parse(string noteText)
    {
        if (noteText.Split('\n') is not [var origin, var size, var root, ""]) throw new FormatException("A checkpoint has three lines: origin, size and root.");
        if (origin.Length == 0) throw new FormatException("The first line of the checkpoint, its origin, is empty.");
        if (!ulong.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var leaves) || (size.Length > 1 && size[0] == '0'))
            throw new FormatException($"The second line of the checkpoint, '{size}', is not a tree size.");
        if (NoteText.FromBase64(root) is not { Length: Digest.Size } hash) throw new FormatException($"The third line of the checkpoint, '{root}', is not base64 of a root of {Digest.Size} bytes.");
        return new Checkpoint(origin, leaves, new Digest(hash));
    }

    /// <summary>The checkpoint as a note that the log has signed.</summary>
    /// <exception cref="ArgumentException">The signer is another log's.</exception>
    public SignedNote SignedBy(LogSigner signer) => signer.Key.Name == Origin
        ? new SignedNote(Text, [signer.Sign(Text)])
        : throw new ArgumentException($"The key '{signer.Key.Name}' does not sign for the log '{Origin}'.", nameof(signer));
}

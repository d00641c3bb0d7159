using System.Text;

namespace Evidence.Core.Notes;

/// <summary>Text and the signatures over it (C2SP signed-note).</summary>
/// <remarks>Nothing in a note is to be believed before <see cref="IsSignedBy"/> or <see cref="CosignedAt"/> has said yes for a key that is trusted.</remarks>
public sealed class SignedNote
{
    /// <summary>The most signatures that a note may carry here; the standard asks for at least 16.</summary>
    public const int MaxSignatures = 100;

    /// <summary>The largest note that is read, in bytes or UTF-16 units.</summary>
    public const int MaxSize = 1_000_000;

    private readonly NoteSignature[] _signatures;

    /// <summary>Puts a note together; that the signatures verify is not looked at here.</summary>
    /// <exception cref="FormatException">The text or the number of signatures is not one that a note may have.</exception>
    public SignedNote(string text, IEnumerable<NoteSignature> signatures)
    {
        if (!text.EndsWith('\n')) throw new FormatException("The text of the note does not end in a newline.");
        if (!NoteText.IsNote(text)) throw new FormatException("The text of the note holds a control character or is not valid Unicode.");
        (Text, _signatures) = (text, signatures.ToArray());
        if (_signatures.Length is 0 or > MaxSignatures) throw new FormatException($"The note has {_signatures.Length} signatures; it must have 1 to {MaxSignatures}.");
    }

    /// <summary>The text that is signed, with its final newline.</summary>
    public string Text { get; }

    /// <summary>The signatures in the order of their lines; those of unknown keys among them.</summary>
    public IReadOnlyList<NoteSignature> Signatures => _signatures;

    /// <summary>Reads a note in UTF-8.</summary>
    /// <exception cref="FormatException">The bytes are not a signed note; the message says where.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxSize) throw new FormatException($"The note has {utf8.Length} bytes, more than {MaxSize}.");
        try
        {
            return Parse(NoteText.StrictUtf8.GetString(utf8));
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException($"The note is not valid UTF-8 at byte {e.Index}.", e);
        }
    }

    /// <summary>Reads a note.</summary>
    /// <exception cref="FormatException">The text is not a signed note; the message says where.</exception>
    public static SignedNote Parse(string note)
    {
        if (note.Length > MaxSize) throw new FormatException($"The note has {note.Length} characters, more than {MaxSize}.");
        var blank = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (blank < 0 || !note.EndsWith('\n')) throw new FormatException("The note has no blank line before its signatures, or no newline at its end.");
        var lines = note[(blank + 2)..].Split('\n')[..^1];
        return new SignedNote(note[..(blank + 1)], lines.Select((line, i) => SignatureLine.Parse(line, i + 1)));
    }

    /// <summary>The note as <see cref="Parse(string)"/> reads it.</summary>
    public string Encode() => $"{Text}\n{string.Concat(_signatures.Select(SignatureLine.Format))}";

    /// <summary>The note with one more signature; the note itself when it has that very signature.</summary>
    /// <exception cref="FormatException">The note has <see cref="MaxSignatures"/> signatures already.</exception>
    public SignedNote With(NoteSignature signature) => _signatures.Contains(signature) ? this : new SignedNote(Text, [.. _signatures, signature]);

    /// <summary>Whether <paramref name="key"/> signed the text: at least one signature bears its name and id, and every such one verifies.</summary>
    public bool IsSignedBy(VerifierKey key)
    {
        var own = SignaturesOf(key);
        return own.Length > 0 && own.All(s => key.Verifies(Text, s.Value));
    }

    /// <summary>When <paramref name="witness"/> cosigned the text, by its own clock; the earliest time where it did so more than once.</summary>
    /// <returns>Null when the key is no cosigner's, has no signature here, or one of its signatures does not verify.</returns>
    public DateTimeOffset? CosignedAt(VerifierKey witness) =>
        witness.Algorithm == VerifierKey.CosignatureV1 && IsSignedBy(witness)
            ? SignaturesOf(witness).Min(s => CosignatureV1.TimeOf(s.Value))
            : null;

    private NoteSignature[] SignaturesOf(VerifierKey key) => [.. _signatures.Where(s => s.Name == key.Name && s.KeyId == key.KeyId)];
}

using System.Globalization;

namespace Evidence.Core.Notes;

/// <summary>That a log's key gives way to another one: a signed note of six lines, which no checkpoint has, that both keys sign.</summary>
/// <remarks>Reading one sees to its form only; <see cref="LogKeyHistory.FaultsOf"/> says whether both have signed it and what it follows on.</remarks>
public sealed class RotationNote
{
    /// <summary>The first line.</summary>
    public const string Header = "evidence/key-rotation/v1";

    private RotationNote(VerifierKey old, VerifierKey next, ulong size, Digest root, SignedNote note) => (Old, New, Size, Root, Note) = (old, next, size, root, note);

    /// <summary>The key that signs checkpoints up to and including <see cref="Size"/>.</summary>
    public VerifierKey Old { get; }

    /// <summary>The key that signs checkpoints from <see cref="Size"/> on.</summary>
    public VerifierKey New { get; }

    /// <summary>Number of leaves at the rotation.</summary>
    public ulong Size { get; }

    /// <summary>Root of the tree of that size.</summary>
    public Digest Root { get; }

    /// <summary>The note with its signatures.</summary>
    public SignedNote Note { get; }

    /// <summary>Lets <paramref name="next"/> follow <paramref name="old"/> at a tree of <paramref name="size"/> leaves; the same arguments give the same bytes.</summary>
    /// <exception cref="ArgumentException">The keys are of two logs, or cannot be told apart by their ids.</exception>
    public static RotationNote Sign(LogSigner old, LogSigner next, ulong size, Digest root)
    {
        if (old.Key.Name != next.Key.Name) throw new ArgumentException($"The key '{next.Key}' is not one of the log {old.Key.Name}.", nameof(next));
        if (old.Key.KeyId == next.Key.KeyId) throw new ArgumentException($"The new key of {old.Key.Name} has the id of the old one; make another.", nameof(next));
        var text = TextOf(old.Key, next.Key, size, root);
        return new RotationNote(old.Key, next.Key, size, root, new SignedNote(text, [old.Sign(text), next.Sign(text)]));
    }

    /// <summary>Reads a rotation in exactly its form.</summary>
    /// <exception cref="FormatException">It is none; the message says what is wrong.</exception>
    public static RotationNote Parse(string text)
    {
        var note = SignedNote.Parse(text);
        if (note.Text.Split('\n') is not [Header, var origin, var oldText, var newText, var size, var root, ""])
            throw new FormatException($"A rotation has six lines: '{Header}', origin, old key, new key, size and root.");
        var checkpoint = Checkpoint.Parse($"{origin}\n{size}\n{root}\n");
        var (old, next) = (LogKey(oldText, origin), LogKey(newText, origin));
        if (old.KeyId == next.KeyId) throw new FormatException($"The rotation of '{origin}' names the key id {old.KeyId:x8} twice.");
        var signers = note.Signatures.Select(signature => (signature.Name, signature.KeyId)).ToArray();
        if (!new[] { old, next }.Select(static key => (key.Name, key.KeyId)).Where(signers.Contains).SequenceEqual(signers))
            throw new FormatException($"The rotation of '{origin}' bears other signatures than one of the old key and then one of the new.");
        return note.Encode() == text ? new RotationNote(old, next, checkpoint.Size, checkpoint.Root, note) : throw new FormatException("The rotation is not in the one form that it has.");
    }

    /// <summary>The note as <see cref="Parse"/> reads it.</summary>
    public string Encode() => Note.Encode();

    private static string TextOf(VerifierKey old, VerifierKey next, ulong size, Digest root) =>
        string.Create(CultureInfo.InvariantCulture, $"{Header}\n{old.Name}\n{old}\n{next}\n{size}\n{Convert.ToBase64String(root.ToArray())}\n");

    private static VerifierKey LogKey(string text, string origin)
    {
        var key = VerifierKey.Parse(text);
        if (key.Algorithm != VerifierKey.Ed25519Note) throw new FormatException($"The rotation of '{origin}' names a key that is no log's (algorithm 0x{key.Algorithm:x2}).");
        return key.Name == origin ? key : throw new FormatException($"The rotation of '{origin}' names a key of '{key.Name}'.");
    }
}

using System.Globalization;
using System.Text;

namespace Evidence.Core.Notes;

/// <summary>That one leaf is in a log, in one text that verifies offline (C2SP tlog-proof): index, inclusion proof, checkpoint with its signatures.</summary>
/// <param name="Leaf">Index of the leaf.</param>
/// <param name="Hashes">The inclusion proof (RFC 9162, section 2.1.3), from the leaf's sibling upwards.</param>
/// <param name="CheckpointNote">The signed note of the checkpoint, as text.</param>
/// <param name="Extra">Opaque data that nothing vouches for, or null.</param>
public sealed record TlogProof(ulong Leaf, IReadOnlyList<Digest> Hashes, string CheckpointNote, byte[]? Extra = null)
{
    /// <summary>The first line.</summary>
    public const string Header = "c2sp.org/tlog-proof@v1";

    /// <summary>The longest inclusion proof that there is: a tree of 2^64 leaves has that many levels.</summary>
    public const int MaxHashes = 64;

    private const string ExtraPrefix = "extra ";
    private const string IndexPrefix = "index ";

    /// <summary>The proof as text.</summary>
    public string Encode()
    {
        var text = new StringBuilder(Header).Append('\n');
        if (Extra is not null) text.Append(ExtraPrefix).Append(Convert.ToBase64String(Extra)).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"{IndexPrefix}{Leaf}\n");
        foreach (var hash in Hashes) text.Append(Convert.ToBase64String(hash.ToArray())).Append('\n');
        return text.Append('\n').Append(CheckpointNote).ToString();
    }

    /// <summary>Reads a proof and sees that the checkpoint is one; whether the proof proves anything is not looked at here.</summary>
    /// <exception cref="FormatException">The text is not a proof; the message says what is wrong.</exception>
    public static TlogProof Parse(string text)
    {
        var blank = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (blank < 0) throw new FormatException("The proof has no empty line before its checkpoint.");
        // No more lines than there can be: header, extra, index, hashes, and one that is too many.
        var lines = new Queue<string>(text[..blank].Split('\n', MaxHashes + 4));
        if (lines.Dequeue() != Header) throw new FormatException($"The proof does not begin with the line '{Header}'.");
        var extra = ParseExtra(lines);
        var leaf = ParseIndex(lines);
        if (lines.Count > MaxHashes) throw new FormatException($"The proof has more than {MaxHashes} hashes.");
        var hashes = lines.Select(ParseHash).ToArray();
        var note = text[(blank + 2)..];
        Checkpoint.Parse(SignedNote.Parse(note).Text);
        return new TlogProof(leaf, hashes, note, extra);
    }

    private static byte[]? ParseExtra(Queue<string> lines)
    {
        if (!lines.TryPeek(out var line) || !line.StartsWith(ExtraPrefix, StringComparison.Ordinal)) return null;
        return NoteText.FromBase64(lines.Dequeue()[ExtraPrefix.Length..]) is { Length: > 0 } extra
            ? extra
            : throw new FormatException("The extra line of the proof is not base64.");
    }

    private static ulong ParseIndex(Queue<string> lines)
    {
        if (!lines.TryDequeue(out var line) || !line.StartsWith(IndexPrefix, StringComparison.Ordinal)) throw new FormatException($"The proof has no '{IndexPrefix.Trim()}' line where it belongs.");
        var number = line[IndexPrefix.Length..];
        return ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var leaf) && (number.Length == 1 || number[0] != '0')
            ? leaf
            : throw new FormatException($"The index of the proof, '{number}', is not a leaf index.");
    }

    private static Digest ParseHash(string line, int index) => NoteText.FromBase64(line) is { Length: Digest.Size } hash
        ? new Digest(hash)
        : throw new FormatException($"Hash {index} of the proof is not base64 of {Digest.Size} bytes.");
}

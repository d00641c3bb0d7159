using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Json;
using Evidence.Core.Notes;
using Evidence.Core.Proofs;

namespace Evidence.Core.Backups;

/// <summary>Reads the lines of a log's proof files one by one and holds each to the chain of hashes.</summary>
internal static class KeptProofs
{
    private const int MaxLine = 16 << 20;

    /// <summary>The payloads of a file's pieces, one after the other.</summary>
    /// <param name="files">The files.</param>
    /// <param name="fault">Is told of a line that does not fit; it is left out.</param>
    internal static IEnumerable<byte[]> Payloads(IEnumerable<string> files, Action<string> fault)
    {
        var (head, number) = (default(Digest), 0L);
        foreach (var line in files.SelectMany(Lines))
        {
            number++;
            if (line.Length <= MaxLine && ProofLine.TryParse(line, out var stated) && ProofLine.Chain(head, line.AsSpan(ProofLine.PrefixLength)) is var next)
            {
                if (next != stated) fault($"line {number} does not fit the chain of hashes");
                else yield return line[ProofLine.PrefixLength..];
                head = stated;
            }
            else
            {
                fault($"line {number} is no entry");
            }
        }
    }

    /// <exception cref="FormatException">The payload is no anchor proof.</exception>
    internal static AnchorProof Anchor(byte[] payload) =>
        CanonicalJson.IsCanonical(payload) ? AnchorProofJson.Parse(CanonicalJson.Parse(payload)) : throw new FormatException("it is not canonical JSON.");

    /// <exception cref="FormatException">The payload is no cosigned checkpoint.</exception>
    internal static SignedNote Cosignature(byte[] payload) =>
        CanonicalJson.Parse(payload) is JsonObject json && json["note"] is { } note && note.GetValueKind() == JsonValueKind.String ? SignedNote.Parse(note.GetValue<string>()) : throw new FormatException("it has no note.");

    private static IEnumerable<byte[]> Lines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
        using var line = new MemoryStream();
        for (int b; (b = file.ReadByte()) >= 0;)
        {
            if (b != '\n')
            {
                if (line.Length <= MaxLine) line.WriteByte((byte)b); // of a longer one the length is enough to refuse it
                continue;
            }

            yield return line.ToArray();
            line.SetLength(0);
        }

        if (line.Length > 0) yield return line.ToArray();
    }
}

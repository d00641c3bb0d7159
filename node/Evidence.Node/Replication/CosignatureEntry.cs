using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Notes;

namespace Evidence.Node.Replication;

/// <summary>An entry of cosignatures.log: a signed checkpoint that carries the cosignature of exactly one witness.</summary>
/// <param name="Note">The note: text, the log's signature, the witness's cosignature.</param>
/// <param name="Checkpoint">The checkpoint in the note.</param>
/// <param name="Witness">The signature line of the witness.</param>
internal sealed record CosignatureEntry(SignedNote Note, Checkpoint Checkpoint, NoteSignature Witness)
{
    private const string Format = "evidence.cosignature/1";

    /// <summary>Key of the entry: one witness cosigns one size of a log once.</summary>
    internal (ulong Size, string Name, uint KeyId) Key => (Checkpoint.Size, Witness.Name, Witness.KeyId);

    /// <summary>The checkpoint as the log alone signed it.</summary>
    internal SignedNote WithoutWitness() => new(Note.Text, Note.Signatures.Where(signature => signature != Witness));

    /// <summary>The payload of the proof file's line, RFC 8785 JSON.</summary>
    internal byte[] Encode() => CanonicalJson.Serialize(new JsonObject { ["format"] = Format, ["note"] = Note.Encode() });

    /// <exception cref="FormatException">The payload is not an entry, or its note lacks the log's signature or a single cosignature.</exception>
    internal static CosignatureEntry Parse(ReadOnlySpan<byte> payload, LogKeyHistory log)
    {
        if (!CanonicalJson.IsCanonical(payload)) throw new FormatException("The entry is not canonical JSON (RFC 8785).");
        var json = CanonicalJson.Parse(payload) as JsonObject ?? throw new FormatException("The entry is not an object.");
        if (json.Count != 2 || TextOf(json["format"]) != Format) throw new FormatException($"The entry is not of the format {Format}.");
        return Of(SignedNote.Parse(TextOf(json["note"]) ?? throw new FormatException("The entry has no note.")), log);
    }

    /// <summary>Takes a note that a witness handed in. Only the log's own signature is verified here: which witnesses count is another question.</summary>
    /// <exception cref="FormatException">The note is not a checkpoint of this log, signed by it, with one cosignature beside.</exception>
    internal static CosignatureEntry Of(SignedNote note, LogKeyHistory log)
    {
        var checkpoint = Checkpoint.Parse(note.Text);
        if (checkpoint.Origin != log.Origin) throw new FormatException($"The note is a checkpoint of '{checkpoint.Origin}', not of '{log.Origin}'.");
        var signer = log.SignerOf(note, checkpoint.Size) ?? throw new FormatException($"The note carries no valid signature of '{log.Origin}'.");
        var others = note.Signatures.Where(signature => signature.Name != signer.Name || signature.KeyId != signer.KeyId).ToList();
        return others.Count == 1
            ? new CosignatureEntry(note, checkpoint, others[0])
            : throw new FormatException($"The note carries {others.Count} cosignatures where one is expected.");
    }

    private static string? TextOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}

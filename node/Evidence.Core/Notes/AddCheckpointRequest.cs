using System.Globalization;
using System.Text;

namespace Evidence.Core.Notes;

/// <summary>What a log sends to a witness for its cosignature (C2SP tlog-witness, "add-checkpoint").</summary>
/// <param name="OldSize">Leaves of the checkpoint that the witness cosigned last for the log; 0 when it has cosigned none.</param>
/// <param name="Proof">Consistency proof from that size to the checkpoint's (RFC 9162, section 2.1.4); empty from 0 and to the same size.</param>
/// <param name="Checkpoint">The checkpoint as the log signed it.</param>
public sealed record AddCheckpointRequest(ulong OldSize, IReadOnlyList<Digest> Proof, SignedNote Checkpoint)
{
    /// <summary>The most hashes that a request may have.</summary>
    public const int MaxProof = 63;

    /// <summary>The request's body, UTF-8.</summary>
    /// <exception cref="InvalidOperationException">The proof is longer than a request may have.</exception>
    public byte[] Encode()
    {
        if (Proof.Count > MaxProof) throw new InvalidOperationException($"The proof has {Proof.Count} hashes, more than {MaxProof}.");
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {OldSize}\n");
        foreach (var hash in Proof) text.Append(Convert.ToBase64String(hash.ToArray())).Append('\n');
        return NoteText.StrictUtf8.GetBytes(text.Append('\n').Append(Checkpoint.Encode()).ToString());
    }

    /// <summary>Reads the signature lines that a witness answers with: those by <paramref name="witness"/>; lines by keys that nobody asked are passed over, as the standard has it.</summary>
    /// <param name="answer">The answer's body.</param>
    /// <param name="witness">The witness's key, algorithm 0x04.</param>
    /// <exception cref="FormatException">The answer is not signature lines, or none of them is a valid cosignature by the witness.</exception>
    public NoteSignature ReadCosignature(string answer, VerifierKey witness)
    {
        var note = SignedNote.Parse(Checkpoint.Encode() + answer);
        var lines = note.Signatures.Skip(Checkpoint.Signatures.Count).Where(line => line.Name == witness.Name && line.KeyId == witness.KeyId);
        return lines.FirstOrDefault(line => new SignedNote(Checkpoint.Text, [line]).CosignedAt(witness) is not null)
            ?? throw new FormatException($"The answer holds no valid cosignature of the checkpoint by '{witness.Name}'.");
    }
}

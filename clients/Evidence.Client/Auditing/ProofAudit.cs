using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Json;
using Evidence.Core.Notes;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.V1;
using Finding = Evidence.Core.Verification.Finding;
using Severity = Evidence.Core.Verification.Severity;

namespace Evidence.Client.Auditing;

/// <summary>
/// Holds the proofs that a node keeps of the anchors to trust.json, and the ledger's list to the proofs: an endpoint that leaves an anchor out, or makes one
/// up, is found by the seals and cosignatures that were captured when the anchor was made.
/// </summary>
internal sealed class ProofAudit(EvidenceClient node, AuditedKeys keys, TrustPolicy trust, AuditFindings findings)
{
    private readonly HashSet<ulong> _seen = [];
    private readonly HashSet<ulong> _proven = [];
    private readonly List<AnchorProof> _unlisted = [];

    /// <param name="anchors">What the ledger listed.</param>
    /// <param name="since">Asks the ledger for what it has listed since: a log that is written to goes on while it is audited.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Of how many anchors a proof holds.</returns>
    internal async Task<int> RunAsync(IReadOnlyList<LedgerAnchor> anchors, Func<Task<IReadOnlyList<LedgerAnchor>>> since, CancellationToken ct)
    {
        var bySize = anchors.ToDictionary(anchor => anchor.Size);
        var cosigned = await CosignedAsync(anchors.Count, bySize, ct);
        await foreach (var payload in node.ReadProofsAsync(keys.Origin, ProofFile.Anchors, ct).Take(2 * anchors.Count + 1000))
            if (Parse(payload.Span) is { } proof && !Judge(proof, bySize, cosigned)) _unlisted.Add(proof);
        var later = _unlisted.Count == 0 ? [] : await since();
        foreach (var proof in _unlisted.Where(proof => !later.Any(anchor => IsOf(proof, anchor)))) Lost(proof, bySize.GetValueOrDefault(proof.Size), cosigned);
        var missing = anchors.Where(anchor => !_seen.Contains(anchor.Size)).ToList();
        if (missing.Count > 0)
            findings.Warning(
                FindingCodes.AnchorMissing, Layer.Ledger, "anchors.log",
                $"Of {Number(missing.Count)} anchors no proof is kept here, the first of {missing[0].Size.ToString(CultureInfo.InvariantCulture)} leaves: that they are on the trusted chain is the word of the ledger's endpoint alone.");
        return _proven.Count;
    }

    /// <returns>Whether the anchor is one that the ledger listed.</returns>
    private bool Judge(AnchorProof proof, Dictionary<ulong, LedgerAnchor> anchors, ILookup<string, string> cosigned)
    {
        CompareSigned(proof.Checkpoint, anchors);
        if (!anchors.TryGetValue(proof.Size, out var anchor) || !IsOf(proof, anchor)) return false;
        var check = Check(proof, cosigned);
        _seen.Add(proof.Size);
        if (check.Holds) _proven.Add(proof.Size);
        findings.AddOfMany(check.Findings);
        return true;
    }

    /// <summary>What is proven and no longer listed was on the trusted chain: that chain was rolled back, or its endpoint hides it.</summary>
    private void Lost(AnchorProof proof, LedgerAnchor? listed, ILookup<string, string> cosigned)
    {
        var check = Check(proof, cosigned);
        findings.AddOfMany([new Finding(
            FindingCodes.LedgerLostAnchors, check.Holds ? Severity.Error : Severity.Warning, Layer.Ledger, "anchors",
            $"A proof is kept of an anchor of {proof.Size.ToString(CultureInfo.InvariantCulture)} leaves in block {proof.BlockNumber.ToString(CultureInfo.InvariantCulture)} that the ledger does not list{(check.Holds ? "" : "; the proof does not hold under trust.json either")}.",
            proof.Root.ToString(), listed?.Root.ToString() ?? "none")]);
    }

    private AnchorCheck Check(AnchorProof proof, ILookup<string, string> cosigned) => AnchorProofVerifier.Check(proof, trust, keys.Stated, [.. cosigned[TextOf(proof.Checkpoint)]]);

    private static bool IsOf(AnchorProof proof, LedgerAnchor anchor) => anchor.Size == proof.Size && anchor.Root == proof.Root && anchor.BlockNumber == proof.BlockNumber;

    private async Task<ILookup<string, string>> CosignedAsync(int anchors, Dictionary<ulong, LedgerAnchor> bySize, CancellationToken ct)
    {
        var notes = new List<(string Text, string Note)>();
        await foreach (var payload in node.ReadProofsAsync(keys.Origin, ProofFile.Cosignatures, ct).Take((2 * anchors + 1000) * (trust.Witnesses.Count + 1)))
        {
            if (NoteOf(payload.Span) is not { } note) continue;
            CompareSigned(note, bySize);
            notes.Add((TextOf(note), note));
        }
        return notes.ToLookup(entry => entry.Text, entry => entry.Note);
    }

    /// <summary>Two trees of one size, one signed by the log's key and one on the ledger, are a fork, wherever the signature is found.</summary>
    private void CompareSigned(string text, IReadOnlyDictionary<ulong, LedgerAnchor> anchors)
    {
        try
        {
            var note = SignedNote.Parse(text);
            var checkpoint = Checkpoint.Parse(note.Text);
            if (checkpoint.Origin != keys.Origin || keys.SignerOf(note, checkpoint.Size) is null || !anchors.TryGetValue(checkpoint.Size, out var anchor) || anchor.Root == checkpoint.Root) return;
            findings.AddOfMany([new Finding(
                FindingCodes.LogForked, Severity.Error, Layer.Log, $"anchor of {checkpoint.Size.ToString(CultureInfo.InvariantCulture)} leaves",
                "The log's own key signed another tree of the very size that is anchored.", anchor.Root.ToString(), checkpoint.Root.ToString())]);
        }
        catch (FormatException)
        {
            // No checkpoint: whoever needs one here reports that.
        }
    }

    private AnchorProof? Parse(ReadOnlySpan<byte> payload)
    {
        try
        {
            return AnchorProofJson.Parse(CanonicalJson.Parse(payload));
        }
        catch (FormatException e)
        {
            findings.AddOfMany([new Finding(FindingCodes.ProofFileUnreadable, Severity.Warning, Layer.Ledger, "anchors.log", $"An entry could not be read: {e.Message}")]);
            return null;
        }
    }

    private static string? NoteOf(ReadOnlySpan<byte> payload)
    {
        try
        {
            return CanonicalJson.Parse(payload) is JsonObject entry && entry["note"] is JsonValue note && note.TryGetValue(out string? text) ? text : null;
        }
        catch (FormatException)
        {
            return null; // a cosignature that cannot be read does not count, and the quorum is short of it
        }
    }

    private static string TextOf(string note)
    {
        try
        {
            return SignedNote.Parse(note).Text;
        }
        catch (FormatException)
        {
            return "";
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using Evidence.Core.Chain;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Judging;
using Evidence.Storage;
using Evidence.Storage.Proofs;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Compares the proof files of a log: their hash chain, and each entry with what it claims to prove.</summary>
internal sealed class ProofComparison(LogStore store, JudgedTree tree, LedgerAnchors ledger, ProofRules rules, TimeProvider time)
{
    // An anchor is captured a moment after it is mined, and mirrored a moment after that.
    private static readonly TimeSpan CaptureTime = TimeSpan.FromSeconds(60);

    /// <summary>What is wrong with anchors.log.</summary>
    internal IReadOnlyList<Finding> CheckAnchors()
    {
        var findings = store.Anchors.Check().ToList();
        var proofs = new List<AnchorProof>();
        foreach (var payload in Read(store.Anchors))
        {
            if (rules.ReadAnchor(payload, store.Keys, tree, out var fault) is { } proof) proofs.Add(proof);
            else findings.Add(Changed("anchors.log", $"An entry does not prove: {fault}."));
        }
        findings.AddRange(FindMissing(proofs));
        return findings;
    }

    /// <summary>What is wrong with cosignatures.log.</summary>
    internal IReadOnlyList<Finding> CheckCosignatures()
    {
        var findings = store.Cosignatures.Check().ToList();
        foreach (var payload in Read(store.Cosignatures))
            if (rules.ReadCosignature(payload, store.Keys, tree, out var fault) is null)
                findings.Add(Changed("cosignatures.log", $"An entry does not prove: {fault}."));
        return findings;
    }

    /// <summary>Anchors that this node proved and the ledger no longer has, with none after them that covers the same leaves.</summary>
    /// <param name="known">Entries of anchors.log before the ledger was asked: later ones may be newer than its answer.</param>
    internal IEnumerable<Finding> FindLost(long known)
    {
        if (ledger.Anchors is not { } anchors) yield break;
        var latest = anchors.Count == 0 ? 0 : anchors[^1].Size;
        foreach (var size in Read(store.Anchors).Take((int)known).Select(payload => rules.ReadAnchor(payload, store.Keys, tree, out _)).OfType<AnchorProof>().Select(proof => proof.Size).Distinct())
        {
            if (size <= latest) continue;
            yield return new Finding(FindingCodes.LedgerLostAnchors, Severity.Warning, Layer.Ledger, LedgerComparison.Subject(size),
                "The ledger no longer holds an anchor that this node has the proof of.", Text(size), $"newest anchor: {latest} leaves");
        }
    }

    private IEnumerable<Finding> FindMissing(List<AnchorProof> proofs)
    {
        var proven = proofs.Select(proof => (proof.Size, proof.Root)).ToHashSet();
        foreach (var anchor in ledger.Anchors ?? [])
        {
            if (anchor.Size > tree.Size || proven.Contains((anchor.Size, anchor.Root)) || time.GetUtcNow() - anchor.Time < CaptureTime) continue;
            yield return new Finding(FindingCodes.ProofFileMissing, Severity.Error, Layer.Storage, "anchors.log",
                $"The proof of the anchor at {anchor.Size} leaves in block {anchor.BlockNumber} is missing.");
        }
    }

    private static IReadOnlyList<byte[]> Read(ProofFile file)
    {
        try
        {
            return [.. file.Read()];
        }
        catch (IOException)
        {
            return []; // missing or unreadable: the check of the file says so
        }
    }

    private static Finding Changed(string file, string message) => new(FindingCodes.ProofFileChanged, Severity.Error, Layer.Storage, file, message);

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}

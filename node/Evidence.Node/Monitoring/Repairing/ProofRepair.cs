using System.Text.Json.Nodes;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Replication;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>Writes a damaged proof file anew: entries that are known to be what was appended are kept, the others come from peers or the ledger, each proven first. While that cannot be had nothing is written.</summary>
internal sealed class ProofRepair(PeerBook peers, ILedger? ledger, ProofRules rules, NodeKeys own)
{
    internal async Task<RepairResult> RunAsync(LogSweep sweep, Fault fault, ProofKind kind, CancellationToken ct)
    {
        var file = kind == ProofKind.Anchors ? sweep.Store.Anchors : sweep.Store.Cosignatures;
        var proofs = new ProofSet(sweep, kind, rules, ProofLines.Read(file, out var known));
        var attempts = new CopyAttempts(Path.GetFileName(file.Path));
        await attempts.VisitAsync(await peers.FindSourcesAsync(sweep.Origin, ct), peer => TakeFromPeerAsync(peer, sweep, kind, proofs, ct), ct);
        proofs.HoldToHead();
        var covered = kind == ProofKind.Anchors && await TakeFromLedgerAsync(sweep, proofs, attempts, ct);
        proofs.HoldToHead(); // what the ledger gave may be all that was missing to the hash that was written last
        if (!proofs.IsWhole && !(covered && proofs.IsCertain)) return Refuse(attempts, proofs, known.Count);
        var findings = new JsonObject { ["cause"] = fault.Cause, ["findings"] = FindingJson.Of(fault.Findings) }.ToJsonString();
        await file.RewriteAsync(known, proofs.Entries, findings, ct);
        return RepairResult.Repaired(
            $"{proofs.Kept} entries of {Path.GetFileName(file.Path)} were kept and {proofs.Taken} taken from peers or the ledger, each proven; the damaged file is in quarantine.");
    }

    private static async Task TakeFromPeerAsync(IPeer peer, LogSweep sweep, ProofKind kind, ProofSet proofs, CancellationToken ct)
    {
        var copy = new List<byte[]>();
        try
        {
            await foreach (var payload in peer.ReadProofsAsync(sweep.Origin, kind, 0, ct).Take(ProofLimits.Of(kind, sweep.Store.Size))) copy.Add(payload.ToArray());
        }
        finally
        {
            proofs.Take(copy); // also what came before a peer stopped answering
        }
    }

    private static RepairResult Refuse(CopyAttempts attempts, ProofSet proofs, long count)
    {
        var result = attempts.Conclude();
        return result with { Text = $"{result.Text} Still proven are {proofs.Certain} of {count} entries; the others do not lead to the hash that was written last, and the ledger does not confirm them." };
    }

    /// <summary>Captures again what is still missing; whether every anchor on the ledger has its proof then.</summary>
    private async Task<bool> TakeFromLedgerAsync(LogSweep sweep, ProofSet proofs, CopyAttempts attempts, CancellationToken ct)
    {
        if (ledger is null) return false;
        try
        {
            var anchors = await LedgerAnchors.AskAsync(ledger, sweep.Store.Keys.LogId, sweep.Origin, ct);
            if (anchors.Failure is { } failure) attempts.Unseen(failure);
            if (anchors.Anchors is null) return false;
            foreach (var anchor in anchors.Anchors.Where(anchor => anchor.Size <= sweep.Size && !proofs.HasAnchor(anchor)))
                if (!await CaptureAsync(ledger, sweep, anchor, proofs, ct)) return false;
            return true;
        }
        catch (LedgerException e)
        {
            attempts.Unseen(new Finding(FindingCodes.LedgerUnreachable, Severity.Warning, Layer.Ledger, sweep.Origin, $"An anchor could not be captured again: {e.Message}"));
            return false;
        }
    }

    private async Task<bool> CaptureAsync(ILedger from, LogSweep sweep, LedgerAnchor anchor, ProofSet proofs, CancellationToken ct)
    {
        if ((NoteOf(sweep, anchor) ?? proofs.CheckpointOf(anchor)) is not { } note) return false;
        var proof = await from.CaptureBySizeAsync(sweep.Store.Keys.LogId, anchor.Size, note, ct);
        return proof is not null && proofs.TakeCaptured(AnchorEntry.Encode(proof));
    }

    /// <summary>
    /// The log's signed checkpoint of an anchor: signed anew for the own log (Ed25519 gives the same bytes), else out of a cosigned one. Null for a root that the
    /// log does not give: whoever made the ledger name it would have it under the log's own signature.
    /// </summary>
    private string? NoteOf(LogSweep sweep, LedgerAnchor anchor)
    {
        if (!sweep.Tree.Gives(anchor.Size, anchor.Root)) return null;
        var keys = sweep.Store.Keys;
        if (keys.LogId == own.LogKeys.LogId && own.SignerAt(anchor.Size) is { } signer) return new Checkpoint(keys.Origin, anchor.Size, anchor.Root).SignedBy(signer).Encode();
        return sweep.Store.Cosignatures.Read()
            .Select(payload => rules.ReadCosignature(payload, keys, sweep.Tree, out _)).OfType<CosignatureEntry>()
            .FirstOrDefault(entry => entry.Checkpoint.Size == anchor.Size && entry.Checkpoint.Root == anchor.Root)
            ?.WithoutWitness().Encode();
    }
}

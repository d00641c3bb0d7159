using System.Globalization;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Ledger;

namespace Evidence.Client.Auditing;

/// <summary>
/// Audits a log: follows its anchors on the ledger from the first to the last, fetches tiles from a node (the one that writes the log, or any mirror), proves
/// every step, and compares with the checkpoints, the kept proofs and the replicas' statements. It believes trust.json, and neither the node nor an index.
/// </summary>
/// <param name="ledger">The ledger that trust.json names: its client must be pinned to that chain and contract.</param>
/// <param name="node">Whose copy of the log is audited.</param>
/// <param name="trust">What the auditing person trusts.</param>
public sealed class LogAuditor(ILedger ledger, EvidenceClient node, TrustPolicy trust)
{
    /// <summary>Audits a log.</summary>
    /// <param name="origin">Name of the log.</param>
    /// <param name="logId">Its id on the ledger, by trust.json.</param>
    /// <param name="progress">Told how many anchors are proven.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="LedgerException">The ledger could not be asked, or is not the one that trust.json names.</exception>
    /// <exception cref="NodeUnreachableException">The node does not answer.</exception>
    /// <exception cref="Grpc.Core.RpcException">The node does not hold the log, or refuses.</exception>
    public async Task<AuditReport> RunAsync(string origin, Digest logId, IProgress<AuditProgress>? progress, CancellationToken ct)
    {
        var (findings, tiles) = (new AuditFindings(), new ServedTiles(node, origin));
        var (status, registration) = (await ledger.StatusAsync(ct), await ledger.LogInfoAsync(logId, ct));
        var anchors = await AnchorsAsync(logId, findings, ct);
        // Asked after the anchors: a log that grows meanwhile has a checkpoint that covers them all; and the keys after it, so that they hold the one that signed it.
        var served = await ServedCheckpoint.FetchAsync(node, origin, findings, ct);
        var keys = new KeyAudit(trust, findings).Judge(origin, logId, (await node.ListLogsAsync(ct)).FirstOrDefault(log => log.Origin == origin));
        var signed = served?.SignedBy(keys, findings);
        var proofs = new ProofAudit(node, keys, trust, findings);
        var proofsHold = await proofs.RunAsync(anchors, () => ledger.AnchorsAsync(logId, (ulong)anchors.Count, AnchorPages.PageSize, ct), ct);
        var proven = signed is null ? 0 : await new HistoryAudit(tiles, findings).RunAsync(anchors, signed, progress, ct);
        if (signed is not null) await new RotationAudit(tiles, findings).RunAsync(keys, signed, ct);
        var documents = signed is null ? null : await new EventAudit(node, findings).RunAsync(origin, logId, signed, ct);
        var replicas = Compare(await ledger.AttestationsAsync(logId, ct), anchors, findings);
        if (anchors.Count == 0)
            findings.Warning(
                FindingCodes.AnchorMissing, Layer.Ledger, "anchors", registration is null ? "The log is not registered on the ledger, and so was never anchored." : "The log was never anchored: there is no history to hold it to.");
        return new AuditReport(
            origin, logId, keys.All, registration, status.Assurance, anchors, proven, proofsHold, signed, replicas, tiles.Fetched, findings.All,
            [.. Grounds(status, keys, anchors.Count, proven, proofsHold, tiles.Fetched), .. documents is { } count ? [Ground(count, signed!)] : Array.Empty<string>()],
            findings.OutcomeIf(anchors.Count > 0 && proven == anchors.Count && proofsHold == anchors.Count))
        {
            EventDocuments = documents,
        };
    }

    private async Task<IReadOnlyList<LedgerAnchor>> AnchorsAsync(Digest logId, AuditFindings findings, CancellationToken ct)
    {
        var (count, anchors, grows) = (await AnchorPages.CountAsync(ledger, logId, ct), new List<LedgerAnchor>(), true);
        // A list that does not grow is none of the contract's: it is named, and not read on, for it may never end.
        while (grows && anchors.Count < count && await ledger.AnchorsAsync(logId, (ulong)anchors.Count, Math.Min(AnchorPages.PageSize, count - anchors.Count), ct) is { Count: > 0 } page)
            foreach (var anchor in page) grows &= Take(anchors, anchor, findings);
        if (grows && anchors.Count < count)
            findings.Warning(
                FindingCodes.AnchorMissing, Layer.Ledger, "anchors", string.Create(CultureInfo.InvariantCulture, $"The ledger counts {count} anchors and lists only {anchors.Count}: it was set back meanwhile, or its endpoint withholds the rest. Audit again."));
        return anchors.DistinctBy(anchor => anchor.Size).ToList();
    }

    /// <returns>Whether the anchor follows those before it as the contract has it.</returns>
    private static bool Take(List<LedgerAnchor> before, LedgerAnchor anchor, AuditFindings findings)
    {
        before.Add(anchor);
        if (before is not [.., var last, _] || (anchor.Size > last.Size && anchor.BlockNumber >= last.BlockNumber && anchor.Time >= last.Time)) return true;
        findings.Error(
            FindingCodes.AnchorChanged, Layer.Ledger, $"anchor {before.Count.ToString(CultureInfo.InvariantCulture)}", "The ledger's list does not only grow: this is not what the contract keeps.",
            $"after {last}", anchor.ToString());
        return false;
    }

    private static List<AuditedReplica> Compare(IReadOnlyList<LedgerAttestation> attestations, IReadOnlyList<LedgerAnchor> anchors, AuditFindings findings)
    {
        var places = anchors.Index().ToDictionary(entry => entry.Item.Size, entry => entry.Index);
        var replicas = new List<AuditedReplica>();
        foreach (var attestation in attestations)
        {
            if (places.TryGetValue(attestation.Size, out var place)) replicas.Add(new AuditedReplica(attestation, anchors.Count - 1 - place));
            else
                findings.Error(
                    FindingCodes.AttestationUnexpected, Layer.Ledger, $"replica {attestation.Replica}", "A replica has attested an anchor that the ledger does not list: this is not what the contract keeps.",
                    "one of the anchors", $"{attestation.Size.ToString(CultureInfo.InvariantCulture)} leaves");
        }
        return replicas;
    }

    private static string Rests(LedgerAssurance assurance) => assurance switch
    {
        LedgerAssurance.Proven => "proven against the validators' seals",
        LedgerAssurance.Agreed => "agreed: other endpoints say the same",
        _ => "believed: its word alone",
    };

    private static string Ground(int documents, Checkpoint signed) => string.Create(
        CultureInfo.InvariantCulture,
        $"Events: all {signed.Size} entries of the checkpoint were read and make its tree; {documents} of them are event documents, each of which names the one before, so none that was sealed was left out. What was never sealed no audit can find.");

    private IReadOnlyList<string> Grounds(LedgerStatus status, AuditedKeys keys, int anchors, int proven, int proofsHold, int tiles) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"Ledger: {anchors} anchors, as the endpoint {status.Endpoint} lists them ({Rests(status.Assurance)}) of contract {trust.Chain.Contract} on chain {status.ChainId} with genesis {status.Genesis}; proofs of {proofsHold} of them hold under trust.json."),
        string.Create(CultureInfo.InvariantCulture, $"Log: {proven} steps, each proven from {tiles} tiles that {node.Address} served, against roots that the ledger holds; no answer of the node was believed."),
        string.Create(CultureInfo.InvariantCulture, $"Keys: {keys.All.Count}, those that trust.json names and those that are joined to them by {keys.Rotations.Count()} rotations that the old and the new key signed; each signs only at the sizes at which it was in force."),
        $"trust.json: SHA-256 {trust.Sha256}.",
    ];
}

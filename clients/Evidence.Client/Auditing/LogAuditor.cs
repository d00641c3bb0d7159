using System.Globalization;
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
    private const int PageSize = 1000;

    /// <summary>Audits the log of this name.</summary>
    /// <param name="keys">The log's keys, from one that trust.json names.</param>
    /// <param name="progress">Told how many anchors are proven.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="LedgerException">The ledger could not be asked, or is not the one that trust.json names.</exception>
    /// <exception cref="NodeUnreachableException">The node does not answer.</exception>
    /// <exception cref="Grpc.Core.RpcException">The node does not hold the log, or refuses.</exception>
    public async Task<AuditReport> RunAsync(LogKeyHistory keys, IProgress<AuditProgress>? progress, CancellationToken ct)
    {
        var (findings, tiles) = (new AuditFindings(), new ServedTiles(node, keys.Origin));
        var (status, registration) = (await ledger.StatusAsync(ct), await ledger.LogInfoAsync(keys.LogId, ct));
        var anchors = await AnchorsAsync(keys, findings, ct);
        // Asked after the anchors: a log that grows meanwhile has a checkpoint that covers them all.
        var signed = await CheckpointAsync(keys, findings, ct);
        var proofs = new ProofAudit(node, keys, trust, findings);
        var proofsHold = await proofs.RunAsync(anchors, ct);
        var proven = signed is null ? 0 : await new HistoryAudit(tiles, findings).RunAsync(anchors, signed, progress, ct);
        var replicas = Compare(await ledger.AttestationsAsync(keys.LogId, ct), anchors, findings);
        if (anchors.Count == 0)
            findings.Warning(
                FindingCodes.AnchorMissing, Layer.Ledger, "anchors", registration is null ? "The log is not registered on the ledger, and so was never anchored." : "The log was never anchored: there is no history to hold it to.");
        return new AuditReport(
            keys.Origin, keys.LogId, registration, anchors, proven, proofsHold, signed, replicas, tiles.Fetched, findings.All, Grounds(status, anchors.Count, proven, proofsHold, tiles.Fetched),
            findings.OutcomeIf(anchors.Count > 0 && proven == anchors.Count && proofsHold == anchors.Count));
    }

    private async Task<IReadOnlyList<LedgerAnchor>> AnchorsAsync(LogKeyHistory keys, AuditFindings findings, CancellationToken ct)
    {
        var count = await ledger.AnchorCountAsync(keys.LogId, ct);
        var anchors = new List<LedgerAnchor>();
        while ((ulong)anchors.Count < count && await ledger.AnchorsAsync(keys.LogId, (ulong)anchors.Count, PageSize, ct) is { Count: > 0 } page) anchors.AddRange(page);
        for (var i = 1; i < anchors.Count; i++)
            if (anchors[i].Size <= anchors[i - 1].Size || anchors[i].BlockNumber < anchors[i - 1].BlockNumber || anchors[i].Time < anchors[i - 1].Time)
                findings.Error(
                    FindingCodes.AnchorChanged, Layer.Ledger, $"anchor {(i + 1).ToString(CultureInfo.InvariantCulture)}", "The ledger's list does not only grow: this is not what the contract keeps.",
                    $"after {anchors[i - 1]}", anchors[i].ToString());
        return anchors.DistinctBy(anchor => anchor.Size).ToList();
    }

    private async Task<Checkpoint?> CheckpointAsync(LogKeyHistory keys, AuditFindings findings, CancellationToken ct)
    {
        try
        {
            if (await node.GetCheckpointAsync(keys.Origin, ct) is not { } bytes)
            {
                findings.Warning(FindingCodes.TileMissing, Layer.Log, "checkpoint", "The node has no checkpoint of the log: nothing could be compared with the ledger.");
                return null;
            }
            var note = SignedNote.Parse(bytes);
            var checkpoint = Checkpoint.Parse(note.Text);
            if (checkpoint.Origin == keys.Origin && keys.SignerOf(note, checkpoint.Size) is not null) return checkpoint;
            findings.Error(FindingCodes.CheckpointSignatureWrong, Layer.Log, "checkpoint", "The checkpoint that the node serves is not signed by the log's key.", keys.Current.ToString(), checkpoint.Origin);
        }
        catch (FormatException e)
        {
            findings.Warning(FindingCodes.TileUnreadable, Layer.Log, "checkpoint", $"The checkpoint that the node serves could not be read: {e.Message}");
        }
        return null;
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

    private IReadOnlyList<string> Grounds(LedgerStatus status, int anchors, int proven, int proofsHold, int tiles) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"Ledger: {anchors} anchors, as the endpoint {status.Endpoint} lists them of contract {trust.Chain.Contract} on chain {status.ChainId} with genesis {status.Genesis}; proofs of {proofsHold} of them hold under trust.json."),
        string.Create(CultureInfo.InvariantCulture, $"Log: {proven} steps, each proven from {tiles} tiles that {node.Address} served, against roots that the ledger holds; no answer of the node was believed."),
        $"trust.json: SHA-256 {trust.Sha256}.",
    ];
}

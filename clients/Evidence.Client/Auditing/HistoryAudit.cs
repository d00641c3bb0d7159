using System.Globalization;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Ledger;

namespace Evidence.Client.Auditing;

/// <summary>
/// Leads the tiles that a node serves through every anchor of the ledger, from the first to the last, and on to the checkpoint that the log signed.
/// Each step is a consistency proof (RFC 9162, section 2.1.4) that is made of the tiles and verified against the two roots that the ledger holds.
/// </summary>
internal sealed class HistoryAudit(ServedTiles tiles, AuditFindings findings)
{
    /// <returns>How many anchors were proven.</returns>
    internal async Task<int> RunAsync(IReadOnlyList<LedgerAnchor> anchors, Checkpoint signed, IProgress<AuditProgress>? progress, CancellationToken ct)
    {
        var within = anchors.TakeWhile(anchor => anchor.Size <= signed.Size).ToList();
        var proven = 0;
        try
        {
            while (proven < within.Count && await LeadsToAsync(Before(within, proven), within[proven].Size, within[proven].Root, signed.Size, ct))
            {
                proven++;
                progress?.Report(new AuditProgress(proven, anchors.Count));
            }
            if (proven < within.Count) await ExplainAsync(Before(within, proven), within[proven], signed, ct);
            else await CheckEndAsync(Before(within, proven), signed, ct);
        }
        catch (MissingNodeException e)
        {
            findings.Warning(FindingCodes.TileMissing, Layer.Log, "tiles", $"What is served does not suffice for a proof: {e.Message}");
        }
        if (within.Count < anchors.Count) Behind(anchors, within.Count, signed);
        return proven;
    }

    private static LedgerAnchor? Before(List<LedgerAnchor> anchors, int index) => index == 0 ? null : anchors[index - 1];

    /// <summary>Whether the tiles prove that the tree of this size and root begins with the one of the anchor before; without one, that they make this tree.</summary>
    private Task<bool> LeadsToAsync(LedgerAnchor? from, ulong size, Digest root, ulong served, CancellationToken ct) => tiles.ReadAsync(
        served,
        nodes => from is null
            ? TreeRoot.At(size, nodes) == root
            : ConsistencyProof.Verify(from.Size, from.Root, size, root, ConsistencyProof.Make(from.Size, size, nodes)),
        ct);

    private async Task CheckEndAsync(LedgerAnchor? last, Checkpoint signed, CancellationToken ct)
    {
        if (await LeadsToAsync(last, signed.Size, signed.Root, signed.Size, ct)) return;
        if (last?.Size == signed.Size) Forked(last, signed.Root, signed, null);
        else
            findings.Error(
                FindingCodes.TileChanged, Layer.Log, "tiles", $"The tiles do not make the tree of {Number(signed.Size)} leaves that the log signed, so its checkpoint is not shown to begin with what is anchored.",
                signed.Root.ToString(), (await tiles.RootAsync(signed.Size, signed.Size, ct)).ToString());
    }

    /// <summary>The first anchor that the tiles do not lead to. If they make the tree that the log's own key signed, that key has signed another history than the one that is anchored.</summary>
    private async Task ExplainAsync(LedgerAnchor? before, LedgerAnchor anchor, Checkpoint signed, CancellationToken ct)
    {
        var served = await tiles.RootAsync(anchor.Size, signed.Size, ct);
        if (served != anchor.Root && await tiles.LeadToAsync(anchor.Size, served, signed, ct)) Forked(anchor, served, signed, before);
        else
            findings.Error(
                FindingCodes.TileChanged, Layer.Log, $"anchor of {Number(anchor.Size)} leaves", "The tiles do not lead to what is anchored, and do not make the tree that the log signed either.",
                anchor.Root.ToString(), served.ToString());
    }

    private void Forked(LedgerAnchor anchor, Digest root, Checkpoint signed, LedgerAnchor? before) => findings.Error(
        FindingCodes.LogForked, Layer.Log, $"anchor of {Number(anchor.Size)} leaves",
        $"The log was rewritten: its own key signed a tree of {Number(signed.Size)} leaves whose first {Number(anchor.Size)} are not those that the ledger holds since block {Number(anchor.BlockNumber)}. "
        + (before is null ? "No anchor agrees with it." : $"They agree up to the anchor of {Number(before.Size)} leaves.") + " The contract on the ledger takes no anchor of such a history.",
        anchor.Root.ToString(), root.ToString());

    private void Behind(IReadOnlyList<LedgerAnchor> anchors, int within, Checkpoint signed) => findings.Warning(
        FindingCodes.TileMissing, Layer.Log, "checkpoint",
        $"What is served ends before what is anchored: {Number((ulong)(anchors.Count - within))} anchors could not be checked. A mirror may have yet to catch up; the node that writes the log has lost leaves, or hides them.",
        $"{Number(anchors[^1].Size)} leaves", $"{Number(signed.Size)} leaves");

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Hosting;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Replication;
using Evidence.Node.Verification;
using Evidence.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Node.Restoring;

/// <summary>One run over a log that is restored: volumes, proofs, checkpoint. Every step goes on from what is on the medium.</summary>
internal sealed class RestoreRun(NodeOptions options, NodeSeams seams, RestoreSources sources, LogKeyHistory keys, RestoreTarget target, RestoreGaps gaps, LedgerAnchors ledger, IProgress<RestoreProgress> progress)
{
    private readonly List<Finding> _findings = [];

    internal async Task<RestoreReport> RunAsync(bool canSign, CancellationToken ct)
    {
        var folder = LogFolders.PathOf(options.DataFolder, keys.First);
        var store = new LogStoreOptions { VolumeBytes = options.VolumeBytes };
        await using var copy = await LogStore.OpenAsync(folder, keys.Origin, new LogKeyHistory(keys.First), store, seams.Time, NullLogger.Instance, ct);
        await HoldToLeavesAsync(copy, ct);
        var volumes = new VolumeRestore(copy, target.Leaves, sources, gaps, seams.Time, progress);
        await volumes.RunAsync(ct);
        var missing = NameMissing(copy) | NameGaps();
        if (!missing)
        {
            var unclosed = volumes.FindUnclosed().ToList();
            _findings.AddRange(unclosed);
            _findings.AddRange(volumes.FindUnproven());
            missing = unclosed.Count > 0;
        }

        if (!missing) await CompleteAsync(copy, ct);
        if (ledger.Failure is { } failure) _findings.Add(failure);
        NameUnanchored(copy);
        return new RestoreReport(copy.Origin, keys.LogId, copy.Size, copy.Root, copy.Volumes.Count, copy.Volumes.Sum(volume => volume.DurableLength), target.Leaves.Size,
            ledger.Anchors?.Count, copy.Anchors.Count, copy.Cosignatures.Count, !missing, canSign, [.. _findings, .. sources.Findings]);
    }

    // Opening takes in what a killed run had written and not yet proven.
    private async Task HoldToLeavesAsync(LogStore copy, CancellationToken ct)
    {
        for (ulong leaf = 0; leaf < copy.Size || leaf < target.Leaves.Size; leaf++)
        {
            if (await LeafAsync(copy, leaf, ct) is not { } here || here == target.Leaves.Find(leaf)) continue;
            await new MirrorWriter(copy).RollBackAsync(leaf, """{"message":"A restore that was broken off had written records that do not prove."}""", ct);
            return;
        }
    }

    private static async Task<Digest?> LeafAsync(LogStore copy, ulong leaf, CancellationToken ct)
    {
        if (leaf < copy.Size) return copy.LeafHash(leaf);
        return copy.FindLeaf(leaf) is { } waiting ? MerkleTree.LeafHash((await copy.ReadRecordAsync(waiting.Place, ct)).SealBytes) : null;
    }

    private async Task CompleteAsync(LogStore copy, CancellationToken ct)
    {
        var policy = NodeTrust.Load(options).Policy;
        var contract = options.Ledger is { } section ? new AnchoringContract(section.ChainId, section.Contract) : null;
        await copy.FollowAsync(keys, ct);
        var proofs = new ProofRestore(copy, new AnchorBook(ledger.Anchors is null ? null : seams.Ledger, contract), new TrustedLogs(policy, [.. options.Witnesses.Select(witness => witness.Key)]));
        var (asked, total) = (0, sources.Good.Count);
        foreach (var peer in sources.Good)
        {
            await sources.TryAsync(peer, () => proofs.TakeAsync(peer, ct), seams.Time, ct);
            progress.Report(new RestoreProgress(RestoreStage.Proofs, ++asked, total));
        }

        await copy.PublishAsync(target.Signed.Note, ct);
    }

    /// <summary>Names the leaves that nobody who was asked has; says whether there are any.</summary>
    private bool NameMissing(LogStore copy)
    {
        for (var leaf = copy.Size; leaf < target.Leaves.Size;)
        {
            var first = leaf;
            while (leaf < target.Leaves.Size && copy.FindLeaf(leaf) is null) leaf++;
            if (leaf > first) _findings.Add(new Finding(FindingCodes.SealMissing, Severity.Error, Layer.Storage, Say($"leaves {first} to {leaf - 1}"), $"No peer that was asked gave the records of these leaves so that they prove.{sources.Reasons}"));
            while (leaf < target.Leaves.Size && copy.FindLeaf(leaf) is not null) leaf++;
        }

        var anchored = ledger.Anchors is { Count: > 0 } anchors ? anchors.Max(anchor => anchor.Size) : 0;
        if (anchored > target.Leaves.Size)
            _findings.Add(new Finding(FindingCodes.SealMissing, Severity.Error, Layer.Ledger, Say($"leaves {target.Leaves.Size} to {anchored - 1}"),
                "The ledger anchors these leaves, and no peer that was asked has them or their hashes.", Say($"{anchored} leaves"), Say($"{target.Leaves.Size} leaves")));
        return copy.Size < target.Leaves.Size || anchored > target.Leaves.Size;
    }

    private bool NameGaps()
    {
        foreach (var gap in gaps.All)
            _findings.Add(new Finding(FindingCodes.VolumeMissing, Severity.Error, Layer.Storage, Say($"volume {gap.Volume}, bytes {gap.Offset} to {gap.End - 1}"),
                "Zeros stand here: no peer that was asked gave these bytes so that they prove. The next run fills them from one that does."));
        return gaps.All.Count > 0;
    }

    private void NameUnanchored(LogStore copy)
    {
        if (ledger.LatestWithin(copy.Size)?.Size is var covered && (covered ?? 0) < copy.Size && ledger.Anchors is not null)
            _findings.Add(new Finding(FindingCodes.AnchorMissing, Severity.Warning, Layer.Ledger, keys.Origin, Say($"Leaves {covered ?? 0} to {copy.Size - 1} are signed by the log, not yet anchored: nothing on the ledger confirms them.")));
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

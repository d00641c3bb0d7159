using System.Globalization;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Judging;
using Evidence.Node.Monitoring.Places;
using Evidence.Node.Replication;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>One pass over one log: everything is read from the medium and compared in the order of trust.</summary>
internal sealed class LogSweeper(ILedger? ledger, ProofRules rules, SweepPlaces places, AlertBook alerts, TimeProvider time)
{
    /// <param name="store">The log.</param>
    /// <param name="isOwn">Whether this node writes it.</param>
    /// <param name="pace">How fast volumes may be read.</param>
    /// <param name="progress">Where progress is told.</param>
    /// <param name="first">Whether this is the first pass of the sweep, which may go on where one that was cut off had been.</param>
    /// <param name="ct">Ends the pass.</param>
    internal async Task<LogSweep> RunAsync(LogStore store, bool isOwn, SweepPace pace, SweepProgress progress, bool first, CancellationToken ct)
    {
        var checkpoint = store.Checkpoint is { } note && Checkpoint.Parse(note.Text) is var published && store.Keys.SignerOf(note, published.Size) is not null ? published : null;
        var size = checkpoint?.Size ?? 0;
        var reads = new TileReads(store, size, progress);
        var leaves = new LeafTable(size, reads.Leaves);
        var sweep = new LogSweep(store, size) { Leaves = leaves, Tree = new JudgedTree(leaves, reads.HashAbove, reads.FromBundle) };
        if (first && AnswersForVolumes(store.Origin)) places.Forget(store);
        var scan = new VolumeScan(store, leaves, pace, progress, places, time);
        await scan.RunAsync(first, ct);
        if (first) progress.Enter(SweepStage.Compare);
        using var comparing = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var indexAgrees = Task.Run(() => scan.IsSound ? IndexComparison.AgreesAsync(store, scan.Plan, scan.Entries, comparing.Token) : Task.FromResult(false), CancellationToken.None); // meanwhile
        try
        {
            await CompareAsync(sweep, scan, reads, isOwn, checkpoint, progress, ct);
            await CompareIndexAsync(sweep, indexAgrees, ct);
        }
        finally
        {
            await comparing.CancelAsync(); // nobody may close the index while it is read
            await ((Task)indexAgrees).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        places.Judge(store.Origin, DamagedVolumes(sweep));
        if (!scan.GoesOn || !sweep.Faults.Any(MayLieInVolumes)) return sweep;
        places.Forget(store); // what was read before the break may be in it: all of it is read again
        return await RunAsync(store, isOwn, pace, progress, first: false, ct);
    }

    private async Task CompareAsync(LogSweep sweep, VolumeScan scan, TileReads reads, bool isOwn, Checkpoint? checkpoint, SweepProgress progress, CancellationToken ct)
    {
        var store = sweep.Store;
        var proofsKnown = store.Anchors.Count;
        var anchors = await LedgerAnchors.AskAsync(ledger, store.Keys.LogId, store.Origin, ct);
        sweep.Trusted = [.. Trusted(anchors, checkpoint, sweep.Size)];
        sweep.Tree.Judge(sweep.Trusted, ct);
        if (checkpoint is null && store.Volumes.Count > 0) sweep.Remark(NoCheckpoint(store.Origin));
        await CompareVolumesAsync(sweep, scan, progress, ct);
        CompareLedger(sweep, anchors, isOwn);
        CompareTiles(sweep, reads, progress, ct);
        await CompareCheckpointAsync(sweep, ct);
        await CompareIdentityAsync(sweep, ct);
        CompareProofs(sweep, anchors, proofsKnown);
    }

    // Only a sweep that reads all of the volumes can close such an alert.
    private bool AnswersForVolumes(string origin) => alerts.All.Any(alert => alert.IsOpen && alert.Log == origin && Causes.ScopeOf(alert.Cause) == Scope.Volumes);

    private static bool MayLieInVolumes(Fault fault) =>
        Causes.ScopeOf(fault.Cause) is Scope.Volumes or Scope.Tiles or Scope.Index || fault.Cause == Causes.LedgerDiffers(fault.Log);

    private static IReadOnlyList<uint> DamagedVolumes(LogSweep sweep) => [.. sweep.Faults
        .Select(static fault => fault.Remedy switch { Remedy.VolumeRange range => range.Volume, Remedy.WholeVolume whole => whole.Volume, _ => (uint?)null })
        .OfType<uint>().Distinct().Order()];

    private static IEnumerable<TrustedRoot> Trusted(LedgerAnchors anchors, Checkpoint? checkpoint, ulong size)
    {
        if (anchors.LatestWithin(size) is { } anchor) yield return new TrustedRoot(anchor.Size, anchor.Root, LedgerComparison.Subject(anchor.Size));
        if (checkpoint is not null) yield return new TrustedRoot(checkpoint.Size, checkpoint.Root, "the signed checkpoint");
    }

    // No leaf is compared then, neither with the log nor with the ledger: such a sweep must not end as if all had been.
    private static Finding NoCheckpoint(string origin) =>
        new(FindingCodes.LogProofMissing, Severity.Warning, Layer.Log, origin, $"'{origin}' has volumes and no signed checkpoint, so its records were not compared with the log or the ledger.");

    private async Task CompareVolumesAsync(LogSweep sweep, VolumeScan scan, SweepProgress progress, CancellationToken ct)
    {
        foreach (var remark in scan.Remarks) sweep.Remark(remark);
        VolumeFaults.AddTo(sweep, scan);
        progress.Damaged(sweep.Origin, sweep.Unsound);
        await VolumeTails.AddToAsync(sweep, ct);
        var strays = await VolumeFolder.FindUnexpectedAsync(sweep.Store, time, ct);
        AddStrays(sweep, Causes.VolumesUnexpected(sweep.Origin), [.. strays.Where(file => !file.IsNamedAsVolume)], files => new Remedy.SetAside(files));
        AddStrays(sweep, Causes.VolumesUnknown(sweep.Origin), [.. strays.Where(file => file.IsNamedAsVolume)], _ => new Remedy.Nothing());
        if (!scan.GoesOn) sweep.Complete(Scope.Volumes); // an alert may have been opened since the rest was read
        sweep.Complete(Scope.VolumeFolder);
    }

    private static void AddStrays(LogSweep sweep, string cause, IReadOnlyList<(string Path, bool IsNamedAsVolume, Finding Finding)> files, Func<IReadOnlyList<string>, Remedy> remedy)
    {
        if (files.Count == 0) return;
        sweep.Add(new Fault(cause, sweep.Origin, $"{Count(files.Count, "file")} among the volumes of '{sweep.Origin}' that this log did not write.",
            [.. files.Select(file => file.Finding)], remedy([.. files.Select(file => file.Path)])));
    }

    private void CompareLedger(LogSweep sweep, LedgerAnchors anchors, bool isOwn)
    {
        var origin = sweep.Origin;
        if (anchors.Failure is { } failure)
        {
            sweep.Remark(failure);
            if (anchors.IsUnreachable) sweep.Add(new Fault(Causes.LedgerUnreachable(origin), origin, failure.Message, [failure], new Remedy.Nothing()));
        }

        if (anchors.Anchors is null) return;
        // Where volumes are damaged the tree may lack a leaf: then the damage is the fault, and the pass after the repair compares the roots.
        var contradictions = LedgerComparison.FindContradictions(anchors, sweep.Tree).Concat(CheckpointContradiction(sweep)).ToList();
        if (contradictions.Count > 0)
            sweep.Add(new Fault(Causes.LedgerDiffers(origin), origin,
                $"The log '{origin}' is not what was anchored or signed: volumes and tiles agree with each other and not with it.", contradictions, new Remedy.CompareWithPeer()));
        if (isOwn && LedgerComparison.FindBehind(anchors, sweep.Store) is { } behind)
            sweep.Add(new Fault(Causes.BehindLedger(origin), origin, $"The log '{origin}' holds fewer leaves than are anchored.", [behind], new Remedy.CatchUp()));
        if (isOwn && LedgerComparison.FindClockBehind(anchors, time.GetUtcNow()) is { } clock)
            sweep.Add(new Fault(Causes.ClockBehind(origin), origin, clock.Message, [clock], new Remedy.Nothing()));
        if (anchors.Failure is null) sweep.Complete(Scope.Ledger);
    }

    private static IEnumerable<Finding> CheckpointContradiction(LogSweep sweep) => sweep.Tree.Contradicted
        .Where(root => root.Size == sweep.Size)
        .Select(root => new Finding(FindingCodes.TileChanged, Severity.Error, Layer.Log, root.Source,
            $"Volumes and tiles do not give the root of {root.Source} at {root.Size} leaves.", root.Root.ToString(), sweep.Tree.RootOrNull(root.Size)?.ToString() ?? "no root: a leaf is missing"));

    private static void CompareTiles(LogSweep sweep, TileReads reads, SweepProgress progress, CancellationToken ct)
    {
        var origin = sweep.Origin;
        var tiles = new TileComparison(sweep.Store, sweep.Tree, reads, progress).Run(ct).ToList();
        if (tiles.Count > 0)
            sweep.Add(new Fault(Causes.TilesDamaged(origin), origin, $"{Count(tiles.Count, "tile or entry bundle")} of '{origin}' damaged or missing.", tiles, new Remedy.Tiles()));
        List<(string Path, Finding Finding)> unexpected = sweep.Store.Checkpoint is null ? [] : [.. TileFolder.FindUnexpected(sweep.Store)]; // without it nobody knows how large the tree was
        if (unexpected.Count > 0)
            sweep.Add(new Fault(Causes.TilesUnexpected(origin), origin, $"{Count(unexpected.Count, "file")} among the tiles of '{origin}' that belong to no tree of it.",
                [.. unexpected.Select(file => file.Finding)], new Remedy.SetAside([.. unexpected.Select(file => file.Path)])));
        sweep.Complete(Scope.Tiles);
    }

    private async Task CompareCheckpointAsync(LogSweep sweep, CancellationToken ct)
    {
        if (await CheckpointComparison.FindAsync(sweep.Store, time, ct) is { } finding)
            sweep.Add(new Fault(Causes.CheckpointDamaged(sweep.Origin), sweep.Origin, finding.Message, [finding], new Remedy.Checkpoint()));
        sweep.Complete(Scope.Checkpoint);
    }

    private async Task CompareIdentityAsync(LogSweep sweep, CancellationToken ct)
    {
        if (await IdentityComparison.FindAsync(sweep.Store, time, ct) is { } finding)
            sweep.Add(new Fault(Causes.IdentityDamaged(sweep.Origin), sweep.Origin, $"'{sweep.Origin}': {finding.Message}", [finding], new Remedy.Identity()));
        sweep.Complete(Scope.Identity);
    }

    private void CompareProofs(LogSweep sweep, LedgerAnchors anchors, long proofsKnown)
    {
        var origin = sweep.Origin;
        var comparison = new ProofComparison(sweep.Store, sweep.Tree, anchors, rules, time);
        AddProofFault(sweep, ProofKind.Anchors, "anchors.log", comparison.CheckAnchors());
        AddProofFault(sweep, ProofKind.Cosignatures, "cosignatures.log", comparison.CheckCosignatures());
        var lost = comparison.FindLost(proofsKnown).ToList();
        if (lost.Count > 0)
            sweep.Add(new Fault(Causes.LedgerLost(origin), origin, $"The ledger has lost {Count(lost.Count, "anchor")} of '{origin}'.", lost, new Remedy.Nothing()));
        if (!anchors.IsUnreachable) sweep.Complete(Scope.Proofs); // without the ledger's list, an entry that is missing cannot be told
    }

    private static void AddProofFault(LogSweep sweep, ProofKind kind, string file, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0) return;
        sweep.Add(new Fault(Causes.ProofsDamaged(sweep.Origin, file), sweep.Origin, $"proofs/{file} of '{sweep.Origin}' is damaged: {findings[0].Message}", findings, new Remedy.Proofs(kind)));
    }

    private static async Task CompareIndexAsync(LogSweep sweep, Task<bool> agrees, CancellationToken ct)
    {
        if (!sweep.VolumesAgree) return; // the index answers to the volumes: they are mended first
        if (await agrees)
        {
            sweep.Complete(Scope.Index);
            return;
        }

        if (await IndexComparison.NameAsync(sweep.Store, ct) is not { } findings)
        {
            sweep.Remark(new Finding(FindingCodes.IndexUnreadable, Severity.Warning, Layer.Storage, "index", $"The index of '{sweep.Origin}' was not compared: reading its files again needs room, and the disk is full. Make room on it."));
            return;
        }

        if (findings.Count > 0)
            sweep.Add(new Fault(Causes.IndexDamaged(sweep.Origin), sweep.Origin, $"The index of '{sweep.Origin}' does not agree with its volumes: {findings[0].Message}", findings, new Remedy.Index()));
        sweep.Complete(Scope.Index);
    }

    internal static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}

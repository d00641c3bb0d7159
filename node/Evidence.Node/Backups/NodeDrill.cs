using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Node.Configuration;
using Evidence.Node.Hosting;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Reindexing;
using Evidence.Node.Replication;
using Evidence.Node.Verification;
using Evidence.Storage;
using Evidence.Storage.Backups;
using Evidence.Storage.Reindexing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Node.Backups;

/// <summary>Restores a medium into an empty folder, makes index and tiles anew from the volumes alone, and proves every record: by the proofs that were kept, and against the ledger where one is configured.</summary>
public static class NodeDrill
{
    /// <summary>Runs a drill by the ledger and the trust.json of a node's configuration. The node itself is not touched.</summary>
    /// <exception cref="ConfigurationException">The configuration has errors; all of them are named.</exception>
    /// <exception cref="BackupException">There is no medium, or the folder is not empty.</exception>
    /// <exception cref="StorageException">There is no room, or this machine hashes wrongly.</exception>
    public static async Task<DrillReport> RunAsync(DrillPlaces places, string configPath, TimeProvider time, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        var options = NodeOptionsReader.Read(configPath);
        var trust = NodeTrust.Load(options).Policy;
        using var http = new HttpClient();
        var ledger = options.Ledger?.Connect(trust?.Chain, http, time, NullLogger<LedgerClient>.Instance);
        return await RunAsync(places, trust, options, new NodeSeams(time, ledger), progress, ct);
    }

    /// <summary>Runs a drill offline, by a trust.json and the proofs on the medium alone.</summary>
    /// <exception cref="BackupException">There is no medium, or the folder is not empty.</exception>
    /// <exception cref="StorageException">There is no room, or this machine hashes wrongly.</exception>
    public static Task<DrillReport> RunAsync(DrillPlaces places, TrustPolicy trust, TimeProvider time, IProgress<BackupProgress> progress, CancellationToken ct) =>
        RunAsync(places, trust, null, new NodeSeams(time, null), progress, ct);

    internal static async Task<DrillReport> RunAsync(DrillPlaces places, TrustPolicy? trust, NodeOptions? options, NodeSeams seams, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        if (!BackupMedium.IsMedium(places.From)) throw new BackupException($"{places.From} is no backup medium: it has no folder 0001. Name the folder that `evidence backup --to` was given.");
        var (began, medium) = (seams.Time.GetUtcNow(), BackupMedium.Open(places.From));
        if (medium.Backups.Count == 0 && !medium.Findings.Any(static f => f.Severity == Severity.Error)) throw new BackupException($"{places.From} has no whole backup: {string.Join("; ", medium.Findings.Select(static f => $"{f.Subject}: {f.Message}"))}");
        foreach (var kept in new[] { places.From, options?.DataFolder, options?.KeysFolder }.OfType<string>())
            if (FolderPlace.LieInEachOther(places.Into, kept)) throw new BackupException($"{places.Into} and {kept} lie in each other, it may be through a link: a drill restores into a folder of its own. Nothing was written. 演练目录与介质或节点目录互相包含");
        MediumRestore.Prepare(places.Into);
        var (judged, restoring) = (MediumVerification.Run(medium, trust, null, new PackageLimits { MaxVerdicts = 1 }, ct), new List<Finding>());
        var logs = new List<DrilledLog>();
        foreach (var restored in MediumRestore.Run(medium, trust, places.Into, restoring, progress, ct))
            logs.Add(await new LogDrill(restored, trust, options?.Ledger, seams, progress).RunAsync(ct));
        return new DrillReport(medium.Backups.LastOrDefault(static backup => !backup.IsMadeOut)?.Run, places.Into, began, seams.Time.GetUtcNow(), trust?.Sha256, seams.Ledger is not null, judged.Whole, FindingsOf(judged, restoring), logs);
    }

    // What restoring says of a file that was judged already is said once.
    private static List<Finding> FindingsOf(PackageReport judged, List<Finding> restoring)
    {
        var findings = judged.Findings.Select(static found => found.Finding).Where(static f => f.Layer == Layer.Package && f.Severity != Severity.Info).ToList();
        findings.AddRange(restoring.Where(late => !findings.Exists(known => known.Subject == late.Subject)));
        return findings;
    }

    private sealed class LogDrill(RestoredLog restored, TrustPolicy? trust, LedgerSection? section, NodeSeams seams, IProgress<BackupProgress> progress)
    {
        private readonly List<VolumeJudged> _ranges = [];

        internal async Task<DrilledLog> RunAsync(CancellationToken ct)
        {
            var rebuilt = await RebuildAsync(ct);
            var stated = new Checkpoint(restored.Stated.Origin, restored.Stated.Size, restored.Stated.Root);
            var checkpoint = Path.Combine(restored.Folder, "checkpoint");
            var note = File.Exists(checkpoint) ? await File.ReadAllTextAsync(checkpoint, ct) : "";
            using var tiles = new TileArchive();
            foreach (var file in restored.Tiles) tiles.Add(file);
            Func<TileId, ReadOnlyMemory<byte>>? others = restored.Tiles.Count > 0 ? tiles.Read : null; // with them all that is whole can be proven beside what is not
            var bytes = new LogBytes(restored.Keys, stated, note, restored.Volumes, rebuilt.Installed ? ReadTile : others, ProofFile("anchors.log"), ProofFile("cosignatures.log"));
            return new DrilledLog(stated, restored.Keys.History.LogId, rebuilt, LogVerification.Run(bytes, trust, new PackageLimits { MaxVerdicts = 1 }, _ranges.Add, ct), _ranges);
        }

        /// <summary>As <see cref="NodeReindex"/> does it with a node's own logs.</summary>
        private async Task<ReindexedLog> RebuildAsync(CancellationToken ct)
        {
            var keys = restored.Keys.History;
            using var log = await LogReindex.BuildAsync(restored.Folder, keys, seams.Time, new Told(progress), ct);
            var agreement = new AnchorAgreement(log, keys, section is null ? null : new AnchoringContract(section.ChainId, section.Contract));
            agreement.CompareProofs(restored.Folder, seams.Time, ct);
            var ledger = await LedgerAnchors.AskAsync(seams.Ledger, keys.LogId, keys.Origin, ct);
            // The ledger may be ahead of the medium: that is what has come since the backup.
            var anchors = agreement.CompareLedger(ledger, isOwn: false, ct);
            log.Confirm(ct);
            var install = log.IsWhole && agreement.Contradictions.Count == 0;
            if (install) log.Install(agreement.NewestCheckpoint);
            return new ReindexedLog(keys.Origin, log.Volumes, log.Bytes, log.Size, log.Root, log.Checkpoint?.Size, agreement.Proven, anchors, install,
                [.. log.Findings, .. agreement.Damage, .. agreement.Contradictions, .. agreement.Unchecked, .. seams.Ledger is not null && ledger.Failure is { } failure ? [failure] : Array.Empty<Finding>()]);
        }

        private ReadOnlyMemory<byte> ReadTile(TileId tile) => File.ReadAllBytes(Path.Combine(restored.Folder, tile.Path));

        private IReadOnlyList<string> ProofFile(string name) => [Path.Combine(restored.Folder, "proofs", name)];
    }

    private sealed class Told(IProgress<BackupProgress> progress) : IProgress<ReindexProgress>
    {
        public void Report(ReindexProgress value) => progress.Report(new BackupProgress($"{value.Origin}, {value.Stage.ToString().ToLowerInvariant()}", value.Done, value.Total));
    }
}

/// <summary>From where a drill restores, and into which empty folder.</summary>
public sealed record DrillPlaces(string From, string Into);

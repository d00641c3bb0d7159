using Evidence.Core.Notes;
using Evidence.Ledger;
using Evidence.Node.Configuration;
using Evidence.Node.Hosting;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Replication;
using Evidence.Node.Verification;
using Evidence.Storage;
using Evidence.Storage.Durable;
using Evidence.Storage.Reindexing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Node.Reindexing;

/// <summary>Makes index and tiles of every log of a node anew from the volumes, and holds the rebuilt trees to checkpoints, proof files and ledger.</summary>
public static class NodeReindex
{
    /// <summary>
    /// Reindexes the node of a configuration file, the own log first. Each log is built beside and put in its place once its volumes are whole and nothing that was signed or anchored contradicts it; what is not stays as it was.
    /// May be ended at any time and begun again.
    /// </summary>
    /// <exception cref="ConfigurationException">The configuration has errors; all of them are named.</exception>
    /// <exception cref="KeyFileException">A key cannot be used.</exception>
    /// <exception cref="StorageException">The data folder is in use by a node, or something beside a log cannot be written.</exception>
    /// <exception cref="HashesDifferException">This machine hashes wrongly. The log that the message names is as it was; those before it may have been reindexed.</exception>
    public static async Task<ReindexReport> RunAsync(string configPath, TimeProvider time, IProgress<ReindexProgress> progress, CancellationToken ct)
    {
        var options = NodeOptionsReader.Read(configPath);
        using var http = new HttpClient();
        var ledger = options.Ledger is { } section ? section.Connect(NodeTrust.Load(options).Policy?.Chain, http, time, NullLogger<LedgerClient>.Instance) : null;
        return await RunAsync(options, new NodeSeams(time, ledger), progress, ct);
    }

    internal static async Task<ReindexReport> RunAsync(NodeOptions options, NodeSeams seams, IProgress<ReindexProgress> progress, CancellationToken ct)
    {
        var own = NodeKeys.Load(options).LogKeys;
        var ownFolder = LogFolders.PathOf(options.DataFolder, own.First);
        if (!Directory.Exists(ownFolder)) throw new StorageException($"There is no log {own.Origin} in {options.DataFolder}: {ownFolder} is missing. Restore its volumes first.");
        using var folder = DataFolder.Open(options.DataFolder);
        LogKeyHistory[] all = [own, .. LogFolders.KeysIn(options.DataFolder).Where(keys => !keys.First.Equals(own.First))];
        var logs = new List<ReindexedLog>();
        foreach (var keys in all) logs.Add(await RunAsync(LogFolders.PathOf(options.DataFolder, keys.First), keys, keys == own, options.Ledger, seams, progress, ct));
        var known = all.Select(keys => LogStore.FolderName(keys.First)).ToHashSet(StringComparer.Ordinal);
        return new ReindexReport(logs, [.. LogFolders.NamesIn(options.DataFolder).Where(name => !known.Contains(name))]);
    }

    private static async Task<ReindexedLog> RunAsync(string folder, LogKeyHistory keys, bool isOwn, LedgerSection? section, NodeSeams seams, IProgress<ReindexProgress> progress, CancellationToken ct)
    {
        using var log = await LogReindex.BuildAsync(folder, keys, seams.Time, progress, ct);
        var agreement = new AnchorAgreement(log, keys, section is null ? null : new AnchoringContract(section.ChainId, section.Contract));
        agreement.CompareProofs(folder, seams.Time, ct);
        var ledger = await LedgerAnchors.AskAsync(seams.Ledger, keys.LogId, keys.Origin, ct);
        var anchors = agreement.CompareLedger(ledger, isOwn, ct);
        log.Confirm(ct);
        ct.ThrowIfCancellationRequested(); // from here on it goes through
        var install = log.IsWhole && agreement.Contradictions.Count == 0;
        if (install) log.Install(agreement.NewestCheckpoint);
        return new ReindexedLog(keys.Origin, log.Volumes, log.Bytes, log.Size, log.Root, log.Checkpoint?.Size, agreement.Proven, anchors, install,
            [.. log.Findings, .. agreement.Damage, .. agreement.Contradictions, .. agreement.Unchecked, .. ledger.Failure is { } failure ? [failure] : Array.Empty<Core.Verification.Finding>()]);
    }
}

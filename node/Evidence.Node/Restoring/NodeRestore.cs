using Evidence.Core.Notes;
using Evidence.Ledger;
using Evidence.Node.Access.Certificates;
using Evidence.Node.Configuration;
using Evidence.Node.Hosting;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Replication;
using Evidence.Node.Verification;
using Evidence.Storage;
using Evidence.Storage.Durable;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Node.Restoring;

/// <summary>Rebuilds a lost node's log whole from the copies that its peers keep. Nothing that a peer says is believed: the tree is held to the log's signature and to the ledger, every record to the tree.</summary>
public static class NodeRestore
{
    /// <summary>
    /// Restores the own log of a node's configuration into its data folder, which holds none. May be ended at any time and begun again, and goes on where it was; until it is through, no node starts on the folder.
    /// </summary>
    /// <param name="configPath">The node's node.json.</param>
    /// <param name="from">Names of peers of the configuration, or addresses; none: all peers of the configuration.</param>
    /// <param name="withoutKey">Whether the log's signing key is lost: then the log can only be read and mirrored.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ConfigurationException">The configuration has errors, or knows no such peer.</exception>
    /// <exception cref="RestoreException">No peer has the log, or none proves; or the key is missing.</exception>
    /// <exception cref="StorageException">The data folder is in use, or holds the log already.</exception>
    public static async Task<RestoreReport> RunAsync(string configPath, IReadOnlyList<string> from, bool withoutKey, TimeProvider time, IProgress<RestoreProgress> progress, CancellationToken ct)
    {
        var options = NodeOptionsReader.Read(configPath);
        using var http = new HttpClient();
        var ledger = options.Ledger is { } section ? section.Connect(NodeTrust.Load(options).Policy?.Chain, http, time, NullLogger<LedgerClient>.Instance) : null;
        var peers = ReplicationServices.Connect(PeersOf(options, configPath, from), new NodeTls(options.Tls), time);
        return await RunAsync(options, new NodeSeams(time, ledger), peers, withoutKey, progress, ct);
    }

    internal static async Task<RestoreReport> RunAsync(NodeOptions options, NodeSeams seams, IReadOnlyList<IPeer> peers, bool withoutKey, IProgress<RestoreProgress> progress, CancellationToken ct)
    {
        var lost = new LostLog(options, withoutKey);
        var key = lost.ReadKey();
        using var folder = DataFolder.Open(options.DataFolder);
        var mark = new RestoreMark(options.DataFolder);
        CheckEmpty(options, mark);
        var sources = new RestoreSources(peers);
        var keys = await lost.FindAsync(sources, key, seams.Time, ct);
        var ledger = await LedgerAnchors.AskAsync(seams.Ledger, keys.LogId, keys.Origin, ct);
        var begun = mark.ReadCheckpoint() is { } note ? Checkpoint.Parse(note.Text) : null;
        Directory.CreateDirectory(mark.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var target = await RestoreTarget.FindAsync(sources, keys, begun, ledger.Anchors ?? [], mark.Folder, seams.Time, progress, ct);
        using var leaves = target.Leaves;
        mark.Set(target.Signed.Note); // a crash from here on: no node starts on what is here, and the next run goes on with it
        var run = new RestoreRun(options, seams, sources, keys, target, new RestoreGaps(mark.Folder), ledger, progress);
        var report = await run.RunAsync(canSign: key is not null, ct);
        if (!report.IsComplete) return report;
        if (key is not null) new LogKeyFiles(options).WriteHistoryIfRotated(keys);
        mark.Clear();
        return report;
    }

    // A log that is there has its own ways of being repaired, and what is not at the peers must not be lost to it.
    private static void CheckEmpty(NodeOptions options, RestoreMark mark)
    {
        if (mark.IsSet) return;
        var there = LogFolders.KeysIn(options.DataFolder).Where(keys => keys.Origin == options.Origin).Select(keys => LogFolders.PathOf(options.DataFolder, keys.First));
        if (there.FirstOrDefault(path => Directory.EnumerateFileSystemEntries(Path.Combine(path, "volumes")).Any()) is { } path)
            throw new StorageException($"{path} holds records of the log {options.Origin}: run the node, which repairs what is damaged or missing from its peers; or move that folder away first.");
    }

    private static IReadOnlyList<PeerOptions> PeersOf(NodeOptions options, string configPath, IReadOnlyList<string> from)
    {
        var named = from.Select(name => options.Peers.FirstOrDefault(peer => peer.Name == name)
            ?? (Uri.TryCreate(name, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? new PeerOptions(name, address)
                : throw new ConfigurationException(configPath, [$"\"peers\" names no {name}: give the name of one of them, or an address such as http://127.0.0.1:7402"]))).ToList();
        if (from.Count == 0) named = [.. options.Peers];
        return named.Count > 0 ? named : throw new ConfigurationException(configPath, ["\"peers\" is empty: add the nodes that mirror this one's log, or give their addresses with --from"]);
    }
}

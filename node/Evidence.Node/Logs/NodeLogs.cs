using System.Collections.Concurrent;
using Evidence.Core.Notes;
using Evidence.Node.Configuration;
using Evidence.Node.Verification;
using Evidence.Storage;

namespace Evidence.Node.Logs;

/// <summary>All logs that this node holds: the one it writes and those that it mirrors.</summary>
internal sealed partial class NodeLogs : IAsyncDisposable
{
    private readonly NodeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ConcurrentDictionary<string, LogStore> _mirrors = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _opening = new(1, 1);

    private NodeLogs(NodeOptions options, LogStore own, TimeProvider time, ILoggerFactory loggers)
    {
        (_options, Own, _time, _loggers) = (options, own, time, loggers);
    }

    /// <summary>The log that this node writes.</summary>
    internal LogStore Own { get; }

    /// <summary>The logs of other nodes that this one holds a copy of, by origin.</summary>
    internal IReadOnlyDictionary<string, LogStore> Mirrors => _mirrors;

    /// <summary>Told of each mirror that is opened after the start, and of what was found at that.</summary>
    internal Func<LogStore, CancellationToken, Task> Opened { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Own log and mirrors.</summary>
    internal IEnumerable<LogStore> All => [Own, .. _mirrors.Values];

    /// <summary>The log of that origin, the own one for ""; null when this node does not hold it.</summary>
    internal LogStore? Find(string originOrEmpty) =>
        originOrEmpty.Length == 0 || originOrEmpty == Own.Origin ? Own : _mirrors.GetValueOrDefault(originOrEmpty);

    /// <summary>Opens the own log, making it if need be, and every mirror that is in the data folder; also one whose log.json is lost, where it is a log that trust.json names by its first key.</summary>
    internal static async Task<NodeLogs> OpenAsync(NodeOptions options, LogKeyHistory ownKeys, NodeTrust trust, TimeProvider time, ILoggerFactory loggers, CancellationToken ct)
    {
        var own = await OpenStoreAsync(options, ownKeys, time, loggers, ct);
        var logs = new NodeLogs(options, own, time, loggers);
        try
        {
            var trusted = trust.Policy?.Logs.Where(static log => log.Id is null).Select(static log => VerifierKey.Parse(log.Key)) ?? [];
            var all = LogFolders.KeysIn(options.DataFolder).Concat(LogFolders.UnnamedIn(options.DataFolder, trusted)).ToList();
            foreach (var keys in all.Where(keys => !keys.First.Equals(ownKeys.First))) await logs.OpenMirrorAsync(keys, ct);
            return logs;
        }
        catch
        {
            await logs.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the mirror of a peer's log, making it if need be. Rotations that it does not know yet are followed once the tree that they name is there (<see cref="LogStore.FollowAsync"/>).</summary>
    /// <exception cref="InvalidOperationException">The log is known under another key, or is this node's own.</exception>
    internal async Task<LogStore> OpenMirrorAsync(LogKeyHistory keys, CancellationToken ct)
    {
        var origin = keys.Origin;
        await _opening.WaitAsync(ct);
        try
        {
            if (Find(origin) is { } known)
                return known.Keys.Extends(keys) || (known != Own && keys.Extends(known.Keys)) ? known : throw new InvalidOperationException($"The log {origin} is known under the keys {Text(known.Keys)}, not {Text(keys)}.");
            var store = await OpenStoreAsync(_options, new LogKeyHistory(keys.First), _time, _loggers, ct);
            _mirrors[origin] = store;
            await Opened(store, ct);
            return store;
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var mirror in _mirrors.Values) await mirror.DisposeAsync();
        await Own.DisposeAsync();
        _opening.Dispose();
    }

    private static string Text(LogKeyHistory keys) => string.Join(" then ", keys.Keys);

    private static Task<LogStore> OpenStoreAsync(NodeOptions options, LogKeyHistory keys, TimeProvider time, ILoggerFactory loggers, CancellationToken ct) =>
        LogStore.OpenAsync(
            LogFolders.PathOf(options.DataFolder, keys.First), keys.Origin, keys,
            new LogStoreOptions { VolumeBytes = options.VolumeBytes, StagingReserveBytes = options.Uploads.ReserveBytes }, time, loggers.CreateLogger<LogStore>(), ct);
}

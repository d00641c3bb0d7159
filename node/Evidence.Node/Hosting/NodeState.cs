using Evidence.Core.Verification;
using Evidence.Node.Archiving;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Restoring;
using Evidence.Node.Verification;
using Evidence.Storage;
using Evidence.Storage.Durable;

namespace Evidence.Node.Hosting;

/// <summary>Everything that is opened before the node serves: data folder, keys, logs, books. Opening recovers what an earlier end left undone.</summary>
internal sealed class NodeState : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private AlertBook? _alerts;
    private SweepBook? _sweeps;
    private NodeLogs? _logs;
    private RecordAppender? _appender;

    private NodeState(DataFolder folder, NodeKeys keys, SignatureRoots roots, NodeTrust trust)
    {
        (_folder, Keys, Roots, Trust) = (folder, keys, roots, trust);
    }

    internal NodeKeys Keys { get; }

    internal SignatureRoots Roots { get; }

    internal NodeTrust Trust { get; }

    internal AppendGate Gate { get; } = new();

    internal NodeLogs Logs => _logs!;

    internal AlertBook Alerts => _alerts!;

    internal SweepBook Sweeps => _sweeps!;

    internal RecordAppender Appender => _appender!;

    /// <summary>Opens everything.</summary>
    /// <exception cref="ConfigurationException">A file that the configuration names cannot be used.</exception>
    /// <exception cref="KeyFileException">A key cannot be used.</exception>
    /// <exception cref="StorageException">The data folder is in use, or a log in it cannot be opened.</exception>
    internal static async Task<NodeState> OpenAsync(NodeOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken ct)
    {
        RestoreMark.Check(options.DataFolder);
        var keys = NodeKeys.Load(options);
        var (roots, trust) = (SignatureRoots.Load(options.SignatureRoots), NodeTrust.Load(options));
        var state = new NodeState(DataFolder.Open(options.DataFolder), keys, roots, trust);
        try
        {
            await state.OpenBooksAsync(options, time, loggers, ct);
            return state;
        }
        catch
        {
            await state.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_appender is not null) await _appender.DisposeAsync();
        if (_logs is not null) await _logs.DisposeAsync();
        _alerts?.Dispose();
        _sweeps?.Dispose();
        _folder.Dispose();
    }

    /// <summary>A log that was restored from an old backup looks whole to itself: somebody else has to have seen it before it may grow.</summary>
    private void CloseUnconfirmed(NodeOptions options)
    {
        if (options.Peers.Count == 0 || options.Replicas.AppendUnconfirmed) return;
        string[] waitsFor = [.. options.Ledger is null ? Array.Empty<string>() : ["the ledger"], .. options.Peers.Select(peer => $"peer {peer.Name}"), .. options.Witnesses.Select(witness => $"witness {witness.Key.Name}")];
        Gate.Close(AppendGate.Unconfirmed, $"Nobody has confirmed since the start that this log was not set back; the node waits for one answer of {string.Join(", ", waitsFor)}. To take records without, set \"appendUnconfirmed\" in \"replicas\".");
    }

    private async Task OpenBooksAsync(NodeOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken ct)
    {
        CloseUnconfirmed(options);
        var monitor = Path.Combine(options.DataFolder, "monitor");
        Directory.CreateDirectory(monitor);
        _alerts = await AlertBook.LoadAsync(monitor, time, loggers.CreateLogger<AlertBook>(), ct, options.Alerts.KeptClosed);
        _sweeps = await SweepBook.LoadAsync(monitor, _alerts, time, loggers.CreateLogger<SweepBook>(), ct);
        _logs = await NodeLogs.OpenAsync(options, Keys.LogKeys, Trust, time, loggers, ct);
        if (!_logs.Own.Keys.Current.Equals(Keys.Log.Key))
            throw new StorageException($"The key of {options.Origin} was handed on to {_logs.Own.Keys.Current}, and the keys in {options.KeysFolder} are older. Restore the newer ones.");
        foreach (var log in _logs.All) await OpeningAlerts.OpenAsync(_alerts, log, ct);
        _logs.Opened = (log, token) => OpeningAlerts.OpenAsync(_alerts, log, token);
        await WitnessKeyCheck.RunAsync(Trust.Policy, options.Origin, Keys.Witness.Key, _alerts, ct);
        _appender = new RecordAppender(_logs.Own);
        if (_logs.Own.AppendRefusal is { } refusal)
            await _alerts.OpenAsync(OwnLogAppender.RefusedAlert, Severity.Error, options.Origin, $"Records are refused: {refusal}", _logs.Own.OpenFindings, ct);
    }
}

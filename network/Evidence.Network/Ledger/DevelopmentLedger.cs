using System.Globalization;
using System.IO.Compression;
using Evidence.Ledger.Rpc;
using Evidence.Network.Processes;

namespace Evidence.Network.Ledger;

/// <summary>
/// A development chain on this machine: anvil, a real EVM with real headers that nobody signs. Its state file is not safe against a
/// crash; rotated copies are kept, and a start falls back to the newest state that can be read. One caller at a time.
/// </summary>
public sealed class DevelopmentLedger : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly DevelopmentLedgerOptions _options;
    private readonly TimeProvider _time;
    private readonly string _program;
    private readonly LedgerState _state;
    private readonly HttpClient _http = new();
    private readonly JsonRpcEndpoint _rpc;
    private BackgroundProcess? _process;
    private CancellationTokenSource? _rotating;
    private Task _rotation = Task.CompletedTask;

    private DevelopmentLedger(DevelopmentLedgerOptions options, int port, string program, TimeProvider time)
    {
        _options = options;
        _time = time;
        _program = program;
        _state = new LedgerState(Folder, options.Copies);
        Url = new Uri($"http://127.0.0.1:{port}");
        _rpc = new JsonRpcEndpoint(Url, _http, RequestTimeout, time);
    }

    /// <summary>Address of the JSON-RPC endpoint.</summary>
    public Uri Url { get; }

    /// <summary>Folder of the chain's state, its copies and its log.</summary>
    public string Folder => Path.GetFullPath(_options.Folder);

    /// <summary>Process id of the running chain; 0 when it does not run.</summary>
    public int Pid => _process is { HasExited: false } running ? running.Pid : 0;

    /// <summary>Installs what is missing, starts the chain from its newest readable state, and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It cannot be installed or started; says why.</exception>
    public static async Task<DevelopmentLedger> StartAsync(DevelopmentLedgerOptions options, TimeProvider time, CancellationToken ct)
    {
        Directory.CreateDirectory(options.Folder);
        var program = await AnvilProgram.FindAsync(options.PackageFolder, time, ct);
        var port = options.Port != 0 ? options.Port : FreePorts.Take(1)[0];
        var ledger = new DevelopmentLedger(options, port, program, time);
        try
        {
            await ledger.RestartAsync(ct);
            return ledger;
        }
        catch
        {
            await ledger.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the chain again on the same port, after <see cref="StopAsync"/>, <see cref="KillAsync"/> or the process's own end.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        await KillAsync(ct);
        var isNew = !_state.Exists;
        while (!await TryStartAsync(ct))
        {
            if (isNew || !_process!.LogTail.Contains("'--state", StringComparison.Ordinal))
                throw new InvalidOperationException($"anvil does not start: {_process?.LogTail}");
            // The state is whole, and yet the chain refuses it: the one before may do.
            _state.FallBack();
        }
        // The chain writes its first state only after some seconds; killed before, it would come back as another chain.
        if (isNew) _state.Add(await DumpAsync(ct));
        _rotating = new CancellationTokenSource();
        _rotation = RotateAsync(_rotating.Token);
    }

    /// <summary>Ends the chain in order: it writes its state first.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await EndRotationAsync();
        if (_process is not null) await _process.StopAsync(Patience, ct);
    }

    /// <summary>Ends the chain with SIGKILL: what it had not written is lost.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        await EndRotationAsync();
        if (_process is not null) await _process.KillAsync(ct);
    }

    /// <summary>Keeps the state as it is now, for <see cref="RestoreAsync"/>; the chain goes on.</summary>
    /// <returns>Path of a file in <see cref="Folder"/>.</returns>
    public async Task<string> SnapshotAsync(CancellationToken ct)
    {
        var path = Path.Combine(Folder, $"snapshot-{_time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}.json");
        await File.WriteAllBytesAsync(path, await DumpAsync(ct), ct);
        return path;
    }

    /// <summary>Kills the chain and starts it from an old state: a chain that was restored from a backup.</summary>
    public async Task RestoreAsync(string snapshot, CancellationToken ct)
    {
        await KillAsync(ct);
        _state.Restore(await File.ReadAllBytesAsync(snapshot, ct));
        await RestartAsync(ct);
    }

    /// <summary>How many transactions of an account are in blocks.</summary>
    /// <param name="address">The account, hex with 0x.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<ulong> TransactionCountAsync(string address, CancellationToken ct) =>
        Hex.ParseQuantity((await _rpc.CallAsync("eth_getTransactionCount", ct, address, "latest")).AsText("transaction count"));

    /// <summary>From now on the chain goes on when this object is disposed of, and when this process ends. No more copies are taken.</summary>
    public void Detach() => _process?.Detach();

    /// <summary>Ends the chain in order, unless it was detached.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndRotationAsync();
        if (_process is { IsDetached: false }) await _process.StopAsync(Patience, CancellationToken.None);
        if (_process is not null) await _process.DisposeAsync();
        _process = null;
        _http.Dispose();
    }

    private async Task<bool> TryStartAsync(CancellationToken ct)
    {
        _state.Recover();
        if (_process is not null) await _process.DisposeAsync();
        var log = Path.Combine(Folder, "anvil.log");
        if (File.Exists(log)) File.Move(log, Path.Combine(Folder, "anvil.previous.log"), overwrite: true);
        _process = BackgroundProcess.Start(_program, Arguments(), Folder, log);
        var started = _time.GetTimestamp();
        while (!await AnswersAsync(ct))
        {
            if (_process.HasExited) return false;
            if (_time.GetElapsedTime(started) > Patience) throw new InvalidOperationException($"anvil does not answer at {Url}: {_process.LogTail}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, ct);
        }
        return true;
    }

    private IEnumerable<string> Arguments() =>
    [
        "--quiet", "--host", "127.0.0.1", "--port", Text(Url.Port), "--chain-id", Text(_options.ChainId), "--hardfork", "london",
        "--block-time", Text(_options.BlockSeconds), "--gas-price", "0", "--base-fee", "0", "--accounts", "1",
        "--state", _state.Current, "--state-interval", Text(_options.StateSeconds),
        "--cache-path", Path.Combine(Folder, "cache"),
    ];

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            await _rpc.CallAsync("eth_chainId", ct);
            return !_process!.HasExited;
        }
        catch (SilentEndpointException)
        {
            return false;
        }
    }

    /// <summary>The state as the chain's own file would hold it. Over RPC it is compressed.</summary>
    private async Task<byte[]> DumpAsync(CancellationToken ct)
    {
        var compressed = Hex.ParseData((await _rpc.CallAsync("anvil_dumpState", ct, true)).AsText("state"));
        await using var unzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var state = new MemoryStream();
        await unzip.CopyToAsync(state, ct);
        return state.ToArray();
    }

    private async Task RotateAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(_options.CopyInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct)) _state.Rotate();
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task EndRotationAsync()
    {
        if (_rotating is null) return;
        await _rotating.CancelAsync();
        await _rotation;
        _rotating.Dispose();
        _rotating = null;
    }
}

namespace Evidence.Network.Ledger;

/// <summary>
/// A development chain on this machine: anvil, a real EVM with real headers that nobody signs. Its state file is rewritten in place and
/// is not safe against a crash; rotated copies are kept, and a start falls back to the newest one that can be read.
/// </summary>
public sealed class DevelopmentLedger : IAsyncDisposable
{
    private DevelopmentLedger(Uri url) => Url = url;

    /// <summary>Address of the JSON-RPC endpoint.</summary>
    public Uri Url { get; }

    /// <summary>Process id of the running chain; 0 when it does not run.</summary>
    public int Pid { get; private set; }

    /// <summary>Installs what is missing, starts the chain from its newest readable state, and waits until it answers.</summary>
    public static Task<DevelopmentLedger> StartAsync(DevelopmentLedgerOptions options, TimeProvider time, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <summary>Ends the chain in order: it writes its state first.</summary>
    public Task StopAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Ends the chain with SIGKILL: what it had not written is lost.</summary>
    public Task KillAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Starts the chain again on the same port, after <see cref="StopAsync"/>, <see cref="KillAsync"/> or the process's own end.</summary>
    public Task RestartAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Copies the state file as it is now, for <see cref="RestoreAsync"/>. Stops the chain in order and starts it again.</summary>
    public Task<string> SnapshotAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Puts an old state in the place of the newest one and restarts: a chain that was restored from a backup.</summary>
    public Task RestoreAsync(string snapshot, CancellationToken ct) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

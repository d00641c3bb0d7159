using Evidence.Client;
using Evidence.Network.Processes;

namespace Evidence.Network;

/// <summary>One node of a local network: its files, and its process while it runs.</summary>
public sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    private readonly string _cli;
    private readonly TimeProvider _time;
    private BackgroundProcess? _process;

    internal NodeProcess(NodeFiles files, string cli, TimeProvider time) => (Files, _cli, _time) = (files, cli, time);

    /// <summary>Where its files are and who it is.</summary>
    public NodeFiles Files { get; }

    /// <summary>The node's name.</summary>
    public string Name => Files.Identity.Name;

    /// <summary>Address of its gRPC services.</summary>
    public string Url => Files.Url;

    /// <summary>Process id; 0 when it does not run.</summary>
    public int Pid => _process is { HasExited: false } process ? process.Pid : 0;

    /// <summary>A new client of this node.</summary>
    public EvidenceClient Connect() => new(Url, _time);

    /// <summary>Starts it and waits until it serves calls.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time; its last output is in the message.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        if (Pid != 0) throw new InvalidOperationException($"{Name} runs already");
        if (_process is not null) await _process.DisposeAsync();
        if (File.Exists(Files.ListenFile)) File.Delete(Files.ListenFile);
        _process = BackgroundProcess.Start("dotnet", [_cli, "node", "run", "--config", Files.Config], Files.Folder, Files.LogFile);
        var started = _time.GetTimestamp();
        while (!File.Exists(Files.ListenFile))
        {
            if (_process.HasExited) throw new InvalidOperationException($"{Name} ended while it was starting:\n{_process.LogTail}");
            if (_time.GetElapsedTime(started) > StartPatience) throw new InvalidOperationException($"{Name} was not ready within {StartPatience}:\n{_process.LogTail}");
            await Task.Delay(Poll, _time, ct);
        }
    }

    /// <summary>Asks it to stop, waits, and says whether it ended by itself in time.</summary>
    public Task<bool> StopAsync(CancellationToken ct) => _process is null ? Task.FromResult(true) : _process.StopAsync(StopPatience, ct);

    /// <summary>Ends it with SIGKILL.</summary>
    public Task KillAsync(CancellationToken ct) => _process is null ? Task.CompletedTask : _process.KillAsync(ct);

    /// <summary>Leaves the process running when this object is disposed of.</summary>
    public void Detach() => _process?.Detach();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }
}

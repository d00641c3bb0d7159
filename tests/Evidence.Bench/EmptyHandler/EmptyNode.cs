using Evidence.Bench.Goals;
using Evidence.Client;
using Evidence.Network.Processes;

namespace Evidence.Bench.EmptyHandler;

/// <summary>The process with the empty handler.</summary>
internal sealed class EmptyNode : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    private readonly BackgroundProcess _process;
    private readonly TimeProvider _time;
    private string _address = "";

    private EmptyNode(BackgroundProcess process, TimeProvider time) => (_process, _time) = (process, time);

    /// <exception cref="NotMeasuredException">It did not start.</exception>
    internal static async Task<EmptyNode> StartAsync(BenchContext context, CancellationToken ct)
    {
        var folder = context.FreshFolder("empty");
        var listen = Path.Combine(folder, "listen.txt");
        var program = Path.Combine(AppContext.BaseDirectory, "Evidence.Bench.dll");
        var node = new EmptyNode(BackgroundProcess.Start("dotnet", [program, EmptyHost.Argument, listen], folder, Path.Combine(folder, "log")), context.Time);
        try
        {
            await node.WaitAsync(listen, ct);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where it listens.</summary>
    internal Uri Address => new(_address);

    /// <summary>Its process id.</summary>
    internal int Pid => _process.Pid;

    /// <summary>The client that the node is measured with.</summary>
    internal EvidenceClient Connect() => new(_address, _time);

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(StopPatience, CancellationToken.None);
        await _process.DisposeAsync();
    }

    private async Task WaitAsync(string listen, CancellationToken ct)
    {
        var started = _time.GetTimestamp();
        while (!File.Exists(listen))
        {
            if (_process.HasExited || _time.GetElapsedTime(started) > StartPatience) throw new NotMeasuredException($"the empty handler did not start: {_process.LogTail}");
            await Task.Delay(Poll, _time, ct);
        }
        _address = await File.ReadAllTextAsync(listen, ct);
    }
}

using System.Diagnostics;

namespace Evidence.Network.Processes;

/// <summary>
/// A process in a session of its own with its output in a file: Ctrl-C on the terminal does not reach it, and it can go on when
/// the process that started it has ended.
/// </summary>
public sealed class BackgroundProcess : IAsyncDisposable
{
    private const int TailBytes = 4 << 10;

    // The shell and setsid both replace themselves, so the process id stays that of the program.
    private const string Script = "exec setsid \"$0\" \"$@\" >>\"$BACKGROUND_LOG\" 2>&1 </dev/null";

    private readonly Process _process;
    private bool _detached;

    private BackgroundProcess(Process process, string logFile) => (_process, LogFile) = (process, logFile);

    /// <summary>Process id.</summary>
    public int Pid => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Where its output goes; appended to.</summary>
    public string LogFile { get; }

    /// <summary>The last lines of its output, to say why it ended.</summary>
    public string LogTail
    {
        get
        {
            using var log = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            log.Position = Math.Max(0, log.Length - TailBytes);
            using var reader = new StreamReader(log);
            return reader.ReadToEnd().Trim();
        }
    }

    /// <summary>Starts a program.</summary>
    public static BackgroundProcess Start(string program, IEnumerable<string> arguments, string workingFolder, string logFile)
    {
        logFile = Path.GetFullPath(logFile);
        File.AppendAllText(logFile, "");
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = workingFolder, UseShellExecute = false };
        foreach (var argument in new[] { "-c", Script, program }.Concat(arguments)) start.ArgumentList.Add(argument);
        start.Environment["BACKGROUND_LOG"] = logFile;
        return new BackgroundProcess(Process.Start(start)!, logFile);
    }

    /// <summary>Asks it to end, and ends it by force when it has not within <paramref name="patience"/>. True when it ended by itself.</summary>
    public async Task<bool> StopAsync(TimeSpan patience, CancellationToken ct)
    {
        if (!_process.HasExited) Signals.SendTerminate(Pid);
        try
        {
            await _process.WaitForExitAsync(ct).WaitAsync(patience, ct);
            return true;
        }
        catch (TimeoutException)
        {
            await KillAsync(ct);
            return false;
        }
    }

    /// <summary>SIGKILL, and waits until it is gone.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        if (!_process.HasExited) Signals.SendKill(Pid);
        await _process.WaitForExitAsync(ct);
    }

    /// <summary>Whether disposing of this object leaves the process alone.</summary>
    public bool IsDetached => _detached;

    /// <summary>From now on disposing of this object leaves the process alone.</summary>
    public void Detach() => _detached = true;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_detached) await KillAsync(CancellationToken.None);
        _process.Dispose();
    }
}

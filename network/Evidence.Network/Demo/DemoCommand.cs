using System.CommandLine;
using System.Runtime.InteropServices;
using Evidence.Cli;

namespace Evidence.Network.Demo;

/// <summary>The command line of the demo.</summary>
internal static class DemoCommand
{
    private const int NotAsExpected = 1;
    private const int Usage = 2;
    private const int Interrupted = 130;

    private static readonly Option<bool> Keep = new("--keep") { Description = "Leave the network running at the end, and print how to use it and how to stop it. 保留网络" };
    private static readonly Option<string?> Folder = new("--dir") { Description = "Folder for all data; must not exist or be empty. Else a new one in the system's temporary folder. 数据目录", HelpName = "DIR" };
    private static readonly Option<string?> Stop = new("--stop") { Description = "Stop a network that was kept, and remove its data. 停止并清理", HelpName = "DIR" };

    /// <summary>Carries out one command line.</summary>
    internal static async Task<int> RunAsync(string[] arguments, TimeProvider time)
    {
        var parsed = Make(time).Parse(arguments);
        if (parsed.Errors.Count > 0) return Fail(string.Join(' ', parsed.Errors.Select(static e => e.Message)) + " Usage: network/demo [--keep] [--dir DIR] | --stop DIR; see --help.");
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
    }

    private static RootCommand Make(TimeProvider time)
    {
        var command = new RootCommand("Shows the whole promise on real files: filed, anchored, damaged, found, repaired, proven offline. 完整演示") { Keep, Folder, Stop };
        command.SetAction((parse, ct) => parse.GetValue(Stop) is { } kept
            ? StopAsync(kept, time, ct)
            : RunAsync(new DemoOptions(FolderFor(parse.GetValue(Folder)), parse.GetValue(Keep)), time, ct));
        return command;
    }

    private static async Task<int> RunAsync(DemoOptions options, TimeProvider time, CancellationToken ct)
    {
        if (Directory.Exists(options.Folder) && Directory.EnumerateFileSystemEntries(options.Folder).Any()) return Fail($"{options.Folder} is not empty: choose another folder");
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true); // a closed terminal must not stop the clean-up
        var succeeded = false;
        try
        {
            succeeded = await new DemoRun(options, TerminalOutput.On(Console.Out), time).RunAsync(ct);
            return succeeded ? 0 : NotAsExpected;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            succeeded = true; // nothing went wrong, so there is nothing to keep for a closer look
            Console.Error.WriteLine("demo: stopped before the end");
            return Interrupted;
        }
        finally
        {
            if (succeeded && !options.Keep) Directory.Delete(options.Folder, recursive: true);
            else if (!succeeded) Console.Error.WriteLine($"demo: the data is left for a closer look in {options.Folder}");
        }
    }

    private static async Task<int> StopAsync(string folder, TimeProvider time, CancellationToken ct)
    {
        try
        {
            if (await KeptNetwork.StopAsync(folder, time, ct) is not { } stopped) return Fail($"{folder} holds no network that was kept");
            Console.WriteLine(stopped > 0 ? $"{stopped} processes stopped, and their data removed" : "no process of it was running; its data was removed");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message);
        }
    }

    private static string FolderFor(string? named) =>
        named is null ? Directory.CreateTempSubdirectory("evidence-demo-").FullName : Path.GetFullPath(named);

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"demo: {message}");
        return Usage;
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence sweeps`: what was read again and when, and since when some record was not.</summary>
internal static class SweepsCommand
{
    private const int Shown = 1000;

    internal static Command Make(Runner runner)
    {
        var command = new Command("sweeps", "Show the sweeps of the node, the newest first, and since when some record is unchecked. 巡检历史");
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var list = await session.Client.ReadAsync(token => session.Client.Monitor.ListSweepsAsync(new ListSweepsRequest { PageSize = Shown }, cancellationToken: token).ResponseAsync, ct);
        var json = new JsonObject
        {
            ["oldestUnchecked"] = JsonText.Time(list.OldestUncheckedUnixMs),
            ["sweeps"] = JsonText.Array(list.Sweeps.Select(SweepView.ToJson)),
        };
        return new Answer(ExitCode.Intact, json, console =>
        {
            foreach (var sweep in list.Sweeps) SweepView.ShowLine(console, sweep);
            if (list.OldestUncheckedUnixMs != 0) console.WriteLine($"some record was last read and found in order at {JsonText.Time(list.OldestUncheckedUnixMs)}; no record longer ago");
        });
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence anchors`: the history of a log on the ledger.</summary>
internal static class AnchorsCommand
{
    private static readonly Option<string> Log = LogOption.Make();

    internal static Command Make(Runner runner)
    {
        var command = new Command("anchors", "Show the anchors of a log on the ledger, the newest first. 锚定历史") { Log };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var anchors = await session.Client.ListAnchorsAsync(session.Get(Log), ct).ToListAsync(ct);
        var json = new JsonObject { ["anchors"] = JsonText.Array(anchors.Select(AnchorView.ToJson)) };
        return new Answer(ExitCode.Intact, json, console =>
        {
            console.Write(AnchorView.Table(anchors));
            console.WriteLine($"{anchors.Count} anchors");
        });
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Node.Configuration;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence node check-config`: everything that keeps a node from starting, at once.</summary>
internal static class CheckConfigCommand
{
    private static readonly Argument<FileInfo> Config = new("FILE") { Description = "The node's node.json. 配置文件" };

    internal static Command Make(Runner runner)
    {
        var command = new Command("check-config", "Say everything that is wrong with a node's configuration and the files that it names. 检查配置") { Config };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var report = await NodeCheck.RunAsync(session.Get(Config).FullName, session.Time, ct);
        var json = new JsonObject { ["errors"] = new JsonArray([.. report.Errors]), ["undetermined"] = new JsonArray([.. report.Undetermined]) };
        return new Answer(report.Errors.Count == 0 ? ExitCode.Intact : ExitCode.Usage, json, console => Show(console, report));
    }

    private static void Show(IAnsiConsole console, NodeCheckReport report)
    {
        foreach (var error in report.Errors) console.WriteLine(PlainText.Of($"error: {error}"));
        foreach (var open in report.Undetermined) console.WriteLine(PlainText.Of($"undetermined 无法判定: {open}"));
        console.WriteLine(report.Errors.Count switch
        {
            0 => "Nothing is wrong with the configuration.",
            1 => "1 error",
            var count => $"{count} errors",
        });
    }
}

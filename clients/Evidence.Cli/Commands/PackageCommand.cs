using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence package`: fetches the evidence package of a record.</summary>
internal static class PackageCommand
{
    private static readonly Argument<string> Record = RecordArgument.Make();

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "The zip file to write; else RECORD.zip in the current folder.",
        HelpName = "FILE",
    };

    internal static Command Make(Runner runner)
    {
        var command = new Command("package", "Fetch a record's evidence package: one zip that verifies offline. 导出证据包") { Record, Output };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var record = RecordArgument.Read(session, Record).ToString();
        var file = session.Get(Output) ?? $"{record}.zip";
        await FileWriting.ReplaceAsync(file, stream => session.Client.DownloadPackageAsync(record, stream, ct));
        var size = new FileInfo(file).Length;
        var json = new JsonObject { ["record"] = record, ["file"] = file, ["size"] = size };
        return new Answer(ExitCode.Intact, json, console => console.WriteLine($"{file}: {size} bytes. Check it offline: evidence verify {file} --trust trust.json"));
    }
}

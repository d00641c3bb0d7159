using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Node.Rotating;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence node rotate-key`: hands a log's key on to a new one.</summary>
internal static class RotateKeyCommand
{
    private static readonly Option<bool> DiscardOld = new("--discard-old") { Description = "Remove the old key instead of keeping it beside as log.key.ID.retired. What it signed stays good; the lost proof of an old anchor can then no longer be made again. 销毁旧密钥" };

    internal static Command Make(Runner runner, Option<FileInfo> config)
    {
        var command = new Command("rotate-key",
            "Hand the key of a stopped node's log on to a new one, by a note that both keys sign. The log stays the same log on the ledger. What is interrupted is ended by giving the command again. 轮换日志密钥") { config, DiscardOld };
        command.SetAction((parse, ct) => runner((session, token) => RunAsync(session, config, token), parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, Option<FileInfo> config, CancellationToken ct)
    {
        var rotated = await LogKeyRotation.RunAsync(session.Get(config).FullName, session.Get(DiscardOld), session.Time, ct);
        return new Answer(ExitCode.Intact, ToJson(rotated), console => Show(console, rotated));
    }

    private static JsonObject ToJson(LogKeyRotated rotated) => new()
    {
        ["origin"] = rotated.Origin,
        ["logId"] = rotated.LogId.ToString(),
        ["oldKey"] = rotated.OldKey,
        ["newKey"] = rotated.NewKey,
        ["size"] = rotated.Size,
        ["root"] = rotated.Root.ToString(),
        ["resumed"] = rotated.Resumed,
        ["retired"] = rotated.RetiredFile,
    };

    private static void Show(IAnsiConsole console, LogKeyRotated rotated)
    {
        console.WriteLine($"log {rotated.Origin}: the key was {(rotated.Resumed ? "handed on; an earlier run had begun it" : "handed on")} at {rotated.Size} leaves");
        console.WriteLine($"  old key  {rotated.OldKey}");
        console.WriteLine($"  new key  {rotated.NewKey}");
        console.WriteLine($"  log id   {rotated.LogId} (stays)");
        console.WriteLine(rotated.RetiredFile is { } file ? $"The old key is kept in {file}; keep it as secret as the new one." : "The old key was removed; copies of it, in backups say, are not known here.");
        console.WriteLine("Whoever trusts either key as one of this log accepts both; witnesses that are not nodes of this software have to be told of the new one. If the old one was stolen, have it replaced in \"logs\" of every trust.json by the new one with the log's id:");
        console.WriteLine($$"""  {"id":"{{rotated.LogId}}","key":"{{rotated.NewKey}}"}""");
    }
}

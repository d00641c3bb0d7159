using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence uploads`: large records that are not finished.</summary>
internal static class UploadsCommand
{
    private static readonly Option<string[]> Remove = new("--remove")
    {
        Description = "Remove an upload with its bytes; may be given more than once. 删除未完成的上传",
        HelpName = "UPLOAD",
        DefaultValueFactory = _ => [],
    };

    internal static Command Make(Runner runner)
    {
        var command = new Command("uploads", "List the uploads of large files that are not finished, or remove some. 未完成的上传") { Remove };
        command.SetAction((parse, ct) => runner((session, token) => session.Get(Remove) is { Length: > 0 } uploads ? RemoveAsync(session, uploads, token) : ListAsync(session, token), parse, ct));
        return command;
    }

    private static async Task<Answer> ListAsync(Session session, CancellationToken ct)
    {
        var uploads = await session.Client.ListUploadsAsync(ct);
        var json = new JsonObject { ["uploads"] = JsonText.Array(uploads.Select(ToJson)) };
        return new Answer(ExitCode.Intact, json, console =>
        {
            var table = new Table().Border(TableBorder.Simple).AddColumns("upload", "submitter", "file", "received", "of", "expires");
            foreach (var upload in uploads)
                table.AddRow(
                    new Text(upload.Upload), new Text(upload.Submitter), new Text(FileName(upload)), new Text($"{Received(upload)}"), new Text($"{upload.Parts.Sum(p => p.Size)}"),
                    new Text(JsonText.Time(upload.ExpiresUnixMs) ?? ""));
            if (uploads.Count > 0) console.Write(table);
            console.WriteLine($"{uploads.Count} uploads are not finished");
        });
    }

    private static async Task<Answer> RemoveAsync(Session session, string[] uploads, CancellationToken ct)
    {
        foreach (var upload in uploads) await session.Client.DeleteUploadAsync(upload, ct);
        return new Answer(
            ExitCode.Intact, new JsonObject { ["removed"] = JsonText.Array(uploads.Select(u => (JsonNode)u)) },
            console => console.WriteLine($"{uploads.Length} uploads removed"));
    }

    private static JsonObject ToJson(UploadStatus upload) => new()
    {
        ["upload"] = upload.Upload,
        ["submitter"] = upload.Submitter,
        ["file"] = FileName(upload),
        ["received"] = Received(upload),
        ["announced"] = upload.Parts.Sum(p => p.Size),
        ["lastByte"] = JsonText.Time(upload.LastByteUnixMs),
        ["expires"] = JsonText.Time(upload.ExpiresUnixMs),
    };

    private static long Received(UploadStatus upload) => upload.Parts.Sum(p => p.Received);

    private static string FileName(UploadStatus upload) => upload.Parts.FirstOrDefault(p => p.FileName.Length > 0)?.FileName.ToStringUtf8() ?? "";
}

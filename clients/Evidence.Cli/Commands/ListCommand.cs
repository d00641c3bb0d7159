using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence list`: the records of a log in leaf order.</summary>
internal static class ListCommand
{
    private static readonly Option<string> Log = LogOption.Make();

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "At most so many, counted from the first leaf; 0 lists all.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    internal static Command Make(Runner runner)
    {
        var command = new Command("list", "List the records of a log in the order in which they were filed. 列出档案") { Log, Limit };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var limit = session.Get(Limit);
        if (limit < 0) throw CliException.Usage("--limit must be 0 or more");
        var all = session.Client.ListRecordsAsync(session.Get(Log), ct);
        var records = await (limit == 0 ? all : all.Take(limit)).ToListAsync(ct);
        var json = new JsonObject { ["records"] = JsonText.Array(records.Select(RecordView.ToJson)) };
        return new Answer(ExitCode.Intact, json, console => Show(console, records));
    }

    private static void Show(IAnsiConsole console, List<Record> records)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("leaf", "record", "received", "bytes", "file", "state");
        foreach (var record in records)
            table.AddRow(
                new Text($"{record.Leaf}"), new Text(record.Record_), new Text(JsonText.Time(record.ReceivedUnixMs) ?? ""),
                new Text($"{record.Parts.Where(p => p.Role == PartRole.Content).Sum(p => p.Size)}"), new Text(FirstName(record)), new Text(RecordView.State(record.State)));
        console.Write(table);
        console.WriteLine($"{records.Count} records");
    }

    private static string FirstName(Record record) =>
        record.Parts.Where(p => p.Role == PartRole.Content).Select(RecordView.FileName).FirstOrDefault() ?? "";
}

using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence events`: what happened to a record, and on what each statement rests.</summary>
internal static class EventsCommand
{
    private static readonly Argument<string?> Record = new("RECORD")
    {
        Description = "The record's number; left out with --log. 档案编号",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Log = new("--log")
    {
        Description = "Instead of one record's: all events that are sealed in a log; its origin, or nothing for the node's own. 日志的全部事件",
        HelpName = "ORIGIN",
        Arity = ArgumentArity.ZeroOrOne,
    };

    internal static Command Make(Runner runner)
    {
        var command = new Command("events", "Show what happened to a record in PREMIS terms, oldest first: sealed, anchored, checked, damaged, repaired, read out. That nothing is left out is for `evidence audit` to say. 事件历史") { Record, Log };
        command.SetAction((parse, ct) => runner((session, token) => RunAsync(session, parse.GetResult(Log) is not null, token), parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, bool ofLog, CancellationToken ct)
    {
        var record = session.Get(Record) ?? "";
        if (ofLog == record.Length > 0) throw CliException.Usage("name either a RECORD or --log");
        var events = await session.Client.ListEventsAsync(record, session.Get(Log) ?? "", ct).ToListAsync(ct);
        return new Answer(ExitCode.Intact, new JsonObject { ["events"] = JsonText.Array(events.Select(EventView.ToJson)) }, console =>
        {
            foreach (var one in events) EventView.Show(console, one);
            console.WriteLine($"{events.Count} events");
        });
    }
}

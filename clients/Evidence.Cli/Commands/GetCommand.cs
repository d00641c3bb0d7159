using System.CommandLine;

namespace Evidence.Cli.Commands;

/// <summary>`evidence get`: shows a record, or writes one of its parts to a file.</summary>
internal static class GetCommand
{
    private static readonly Argument<string> Record = RecordArgument.Make();

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "Write a part's bytes to this file instead of showing the record; '-' is standard output. 导出原文",
        HelpName = "FILE",
    };

    private static readonly Option<string> Part = new("--part")
    {
        Description = "Which part to write: c0001, s0001, k0001, m0001, … as the record lists them.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "c0001",
    };

    private static readonly Option<bool> Force = ForceOption.Make();

    internal static Command Make(Runner runner)
    {
        var command = new Command("get", "Show a record, or write one of its parts to a file. 查看或导出一份档案") { Record, Output, Part, Force };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var id = RecordArgument.Read(session, Record);
        var record = await session.Client.GetRecordAsync(id.ToString(), ct);
        if (session.Get(Output) is not { } file) return new Answer(ExitCode.Intact, RecordView.ToJson(record), RecordView.Shower(record));
        if (file == "-" && session.Json) throw CliException.Usage("--json and --output - would both write to standard output: leave one out");
        return await PartWriter.WriteAsync(session, record, session.Get(Part), file, session.Get(Force), ct);
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence package`: fetches one evidence package of records, or of a whole fonds.</summary>
internal static class PackageCommand
{
    private static readonly Argument<string[]> Records = new("RECORD")
    {
        Description = "Numbers of records, as `evidence archive` and `evidence list` print them; all of one log. 档案编号",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> Fonds = new("--fonds")
    {
        Description = "Instead of numbers: every record of the log whose description names this fonds. 全宗",
        HelpName = "NAME",
    };

    private static readonly Option<string> Log = LogOption.Make();

    private static readonly Option<ulong> Checkpoint = new("--checkpoint")
    {
        Description = "Leaves of the anchor that is to be the stated checkpoint; else one that covers the records, for a fonds the newest. 检查点",
        HelpName = "LEAVES",
    };

    private static readonly Option<bool> WithoutEvents = new("--without-events") { Description = "Leave out the event history of the records. 不含事件历史" };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "The zip file to write, '-' for standard output; else RECORD.zip or package.zip in the current folder.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Force = ForceOption.Make();

    internal static Command Make(Runner runner)
    {
        var command = new Command("package", "Fetch an evidence package of records or of a fonds: one zip that verifies offline. 导出证据包") { Records, Fonds, Log, Checkpoint, WithoutEvents, Output, Force };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var request = RequestOf(session);
        var file = session.Get(Output) ?? (request.Records is [var only] ? $"{only}.zip" : "package.zip");
        if (file == "-") return await WriteToOutputAsync(session, request, ct);
        var last = new GetEvidencePackageResponse();
        await ProgressBar.RunAsync(session, "writing the package", 1, progress => FileWriting.WriteAsync(file, session.Get(Force), stream => session.Client.DownloadPackageAsync(request, stream, response =>
        {
            if (response.Leaves > 0) progress.Report(new Step((response.Leaf - (double)last.Leaf) / response.Leaves, Title: $"writing the package: {response.Records} records"));
            last = response;
        }, ct)));
        return AnswerOf(request, file, last);
    }

    private static async Task<Answer> WriteToOutputAsync(Session session, GetEvidencePackageRequest request, CancellationToken ct)
    {
        if (session.Json) throw CliException.Usage("--json and --output - would both write to standard output: leave one out");
        await using var output = System.Console.OpenStandardOutput();
        await session.Client.DownloadPackageAsync(request, output, static _ => { }, ct);
        return new Answer(ExitCode.Intact, new JsonObject(), static _ => { });
    }

    private static Answer AnswerOf(GetEvidencePackageRequest request, string file, GetEvidencePackageResponse last)
    {
        long? size = RegularFile.IsStream(file) ? null : RegularFile.LengthOf(new FileInfo(file));
        var json = new JsonObject { ["file"] = file, ["size"] = size, ["records"] = last.Records, ["leaves"] = last.Leaves, ["leavesBehind"] = last.LeavesBehind };
        if (request.Records is [var only]) json["record"] = only;
        return new Answer(ExitCode.Intact, json, console =>
        {
            console.WriteLine($"{file}: {last.Records} records{(size is null ? "" : $", {size} bytes")}. Check it offline: evidence verify {file} --trust trust.json");
            if (request.Fonds.Length > 0 && last.LeavesBehind > 0)
                console.WriteLine($"{last.LeavesBehind} leaves of the log came after the stated checkpoint of {last.Leaves}: records of the fonds among them are not in this package. 检查点之后的档案不在包内");
        });
    }

    private static GetEvidencePackageRequest RequestOf(Session session)
    {
        var (records, fonds) = (session.Get(Records), session.Get(Fonds) ?? "");
        if ((records.Length > 0) == (fonds.Length > 0)) throw CliException.Usage("name either records or a fonds (--fonds NAME)");
        if (records.FirstOrDefault(static text => !RecordId.TryParse(text, out _)) is { } wrong)
            throw CliException.Usage($"'{wrong}' is not a record number (36 characters such as 0198c1d2-7a3b-7c4d-8e5f-001122334455)");
        return new GetEvidencePackageRequest { Records = { records.Distinct(StringComparer.OrdinalIgnoreCase) }, Fonds = fonds, Log = session.Get(Log), Checkpoint = session.Get(Checkpoint), WithoutEvents = session.Get(WithoutEvents) };
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.Cli.Verification;
using Evidence.Client;
using Evidence.Core;
using Evidence.Core.Trust;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence verify`: is this what was filed?</summary>
internal static class VerifyCommand
{
    private const int AtOnce = 4;

    private static readonly Argument<string[]> Targets = new("TARGET")
    {
        Description = "A record's number; an evidence package (checked here, offline); or any other file (looked up by its SHA-256). 档案编号、证据包或文件",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<FileInfo?> Trust = new("--trust")
    {
        Description = "trust.json to judge packages by, had from someone you trust and not from the node. Without it the ledger is undetermined. 信任文件",
        HelpName = "FILE",
    };

    private static readonly Option<bool> All = new("--all") { Description = "Every record of the node's own log, or of --log. 全部验证" };

    private static readonly Option<string> Log = LogOption.Make();

    internal static Command Make(Runner runner)
    {
        var command = new Command("verify", "Verify records, packages or files: INTACT 一致, ALTERED 不一致, UNDETERMINED 无法判定. 验证") { Targets, Trust, All, Log };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var targets = session.Get(Targets);
        if (session.Get(All) != (targets.Length == 0)) throw CliException.Usage("name what to verify, or --all");
        var verifier = new TargetVerifier(session, session.Get(Trust) is { } trust ? TrustFile.Read(trust.ToString()) : null);
        return targets.Length == 0 ? await AllAsync(session, verifier, ct) : await EachAsync(targets, verifier, ct);
    }

    private static async Task<Answer> EachAsync(string[] names, TargetVerifier verifier, CancellationToken ct)
    {
        if (names.Length == 1)
        {
            var only = await verifier.VerifyAsync(names[0], ct);
            return Sum([only], [only]);
        }
        var results = new List<VerifiedTarget>();
        foreach (var name in names) results.Add(await OneOfManyAsync(name, verifier, ct));
        return Sum(results, results);
    }

    // A target that cannot be verified must not keep the verdicts on the others from being heard.
    private static async Task<VerifiedTarget> OneOfManyAsync(string name, TargetVerifier verifier, CancellationToken ct)
    {
        try
        {
            return await verifier.VerifyAsync(name, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new VerifiedTarget(name, "unknown", null, [], null) { Failure = Failure.Explain(e) };
        }
    }

    private static async Task<Answer> AllAsync(Session session, TargetVerifier verifier, CancellationToken ct)
    {
        var records = await session.Client.ListRecordsAsync(session.Get(Log), ct).Select(r => (r.Record_, r.Leaf)).ToListAsync(ct);
        if (records.Count == 0) throw new CliException(ExitCode.Undetermined, "the log holds no records: nothing was verified");
        var results = new VerifiedTarget[records.Count];
        await ProgressBar.RunAsync(session, "verifying", records.Count, progress => Parallel.ForAsync(
            0, records.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (i, token) =>
            {
                results[i] = await OneOfAllAsync(records[i].Record_, records[i].Leaf, verifier, token);
                progress.Report(new Step(1));
            }));
        return Sum(results, results.Where(r => r.Code != ExitCode.Intact));
    }

    // A record that the node cannot answer for is counted with the others; a node that is gone answers for none.
    private static async Task<VerifiedTarget> OneOfAllAsync(string record, ulong leaf, TargetVerifier verifier, CancellationToken ct)
    {
        try
        {
            return await verifier.VerifyRecordAsync(RecordId.Parse(record), ct);
        }
        catch (Exception e) when (e is not OperationCanceledException and not NodeUnreachableException and not CliException)
        {
            return new VerifiedTarget(record.Length > 0 ? record : $"leaf {leaf}", "record", null, [], null) { Failure = Failure.Explain(e) };
        }
    }

    private static Answer Sum(IReadOnlyList<VerifiedTarget> results, IEnumerable<VerifiedTarget> shown)
    {
        var counts = results.Where(r => r.Failure is null).GroupBy(r => r.Code).ToDictionary(g => g.Key, g => g.Count());
        var (intact, altered, undetermined) = (Count(ExitCode.Intact), Count(ExitCode.Altered), Count(ExitCode.Undetermined));
        var unanswered = results.Count(r => r.Failure is not null);
        var json = new JsonObject
        {
            ["intact"] = intact,
            ["altered"] = altered,
            ["undetermined"] = undetermined,
            ["notVerified"] = unanswered,
            ["targets"] = JsonText.Array(results.Select(r => r.ToJson())),
        };
        return new Answer(ExitCode.Worst(results.Select(r => r.Code)), json, console =>
        {
            foreach (var result in shown) result.Show(console);
            if (results.Count > 1) console.WriteLine($"{results.Count - unanswered} of {results.Count} verified: {intact} INTACT 一致, {altered} ALTERED 不一致, {undetermined} UNDETERMINED 无法判定");
        });

        int Count(int code) => counts.GetValueOrDefault(code);
    }
}

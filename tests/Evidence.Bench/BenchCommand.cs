using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Evidence.Bench.Goals;
using Evidence.Bench.Reporting;
using Spectre.Console;

namespace Evidence.Bench;

/// <summary>The command line of the benchmarks.</summary>
internal static class BenchCommand
{
    private const int DefaultRounds = 3;
    private const int PipeWidth = 250;

    private static readonly Argument<string[]> Names = new("GOAL") { Description = "Goals to measure; else all. 性能目标", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document and nothing else. 仅输出 JSON" };
    private static readonly Option<bool> List = new("--list") { Description = "Print the goals and what they measure. 列出目标" };
    private static readonly Option<int> Rounds = new("--rounds") { Description = "How often each pair is measured. 轮数", HelpName = "N", DefaultValueFactory = _ => DefaultRounds };

    internal static async Task<int> RunAsync(string[] arguments, TimeProvider time)
    {
        var command = new RootCommand(
            "Measures the performance goals beside their peers, over the same files in the same run. 性能测试\n" +
            "Exit codes: 0 all met, 1 some short, 2 usage, 4 something could not be measured.") { Names, Json, List, Rounds };
        command.SetAction((parse, ct) => RunAsync(parse, time, ct));
        var parsed = command.Parse(arguments);
        if (parsed.Errors.Count > 0) return Fail(string.Join(' ', parsed.Errors.Select(e => e.Message)));
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
    }

    private static async Task<int> RunAsync(ParseResult parse, TimeProvider time, CancellationToken ct)
    {
        if (parse.GetValue(List)) return ListGoals();
        var (goals, unknown) = GoalBook.Choose(parse.GetValue(Names)!);
        if (goals is null) return Fail($"there is no goal {unknown}; there are {string.Join(' ', GoalBook.All.Concat(GoalBook.OnRequest).Select(g => g.Name))}");
        if (parse.GetValue(Rounds) is < 1 or > 100) return Fail("--rounds takes a number from 1 to 100");
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true); // a closed terminal must not stop the clean-up
        var json = parse.GetValue(Json);
        try
        {
            var report = await new BenchRun(goals, parse.GetValue(Rounds), time).RunAsync(json ? _ => { } : Console.WriteLine, Console.Error.WriteLine, ct);
            Write(report, json);
            return report.ExitCode;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Console.Error.WriteLine("bench: stopped before the end");
            return ExitCode.Interrupted;
        }
    }

    private static void Write(Report report, bool json)
    {
        if (json)
        {
            Console.WriteLine(ReportJson.Write(report).ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(Console.Out) });
        console.Profile.Width = PipeWidth;
        ReportTable.Write(console, report);
    }

    private static int ListGoals()
    {
        foreach (var goal in GoalBook.All) Console.WriteLine($"{goal.Name}  {goal.Title}");
        foreach (var goal in GoalBook.OnRequest) Console.WriteLine($"{goal.Name}  {goal.Title} (only when named)");
        return ExitCode.Met;
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"bench: {message}");
        return ExitCode.Usage;
    }
}

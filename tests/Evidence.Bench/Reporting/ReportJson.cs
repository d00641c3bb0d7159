using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Bench.Goals;
using Evidence.Bench.Nodes;

namespace Evidence.Bench.Reporting;

/// <summary>The report as one JSON document.</summary>
internal static class ReportJson
{
    internal static JsonObject Write(Report report) => new()
    {
        ["goals"] = new JsonArray([.. report.Outcomes.Select(Goal)]),
        ["nodes"] = new JsonArray([.. report.NodeRuns.Select(Node)]),
        ["machine"] = Machine(report.Machine),
        ["date"] = report.Date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["rounds"] = report.Rounds,
        ["exitCode"] = report.ExitCode,
    };

    private static JsonObject Goal(GoalOutcome outcome)
    {
        var json = new JsonObject { ["goal"] = outcome.Goal.Name, ["title"] = outcome.Goal.Title };
        if (outcome.Result is not { } result)
        {
            json["couldNotMeasure"] = outcome.Reason;
            return json;
        }
        json["figures"] = new JsonArray([.. result.Figures.Select(Figure)]);
        json["absolutes"] = new JsonArray([.. result.Absolutes.Select(a => new JsonObject { ["what"] = a.What, ["value"] = a.Value, ["unit"] = a.Unit })]);
        return json;
    }

    private static JsonObject Figure(Figure figure) => new()
    {
        ["label"] = figure.Label,
        ["value"] = figure.Value,
        ["unit"] = figure.Unit,
        ["sense"] = figure.Sense == Sense.AtLeast ? "at least" : "at most",
        ["bar"] = figure.Bar,
        ["aim"] = figure.Aim,
        ["ok"] = figure.IsMet,
        ["aimReached"] = figure.IsAimReached,
    };

    private static JsonObject Node(NodeRun run) => new()
    {
        ["purpose"] = run.Purpose,
        ["peakBytes"] = run.PeakBytes,
        ["cpuSeconds"] = run.CpuSeconds,
        ["clientCpuSeconds"] = run.ClientCpuSeconds,
        ["anchoring"] = run.Anchored,
    };

    private static JsonObject Machine(Machine machine) => new()
    {
        ["cpu"] = machine.Cpu,
        ["cores"] = machine.Cores,
        ["memoryBytes"] = machine.MemoryBytes,
        ["kernel"] = machine.Kernel,
        ["fileSystem"] = machine.FileSystem,
        ["runtime"] = machine.Runtime,
    };
}

using System.Globalization;
using Spectre.Console;

namespace Evidence.Bench.Reporting;

/// <summary>The report for people: absolute figures, nodes, machine, date.</summary>
internal static class ReportTable
{
    internal static void Write(IAnsiConsole console, Report report)
    {
        console.WriteLine();
        console.Write(Figures(report));
        if (report.Outcomes.Any(o => o.Result is { Absolutes.Count: > 0 })) console.Write(Absolutes(report));
        if (report.NodeRuns.Count > 0) console.Write(Nodes(report));
        var machine = report.Machine;
        console.WriteLine($"{machine.Cpu}; {machine.Cores} cores; {machine.MemoryBytes / 1e9:0} GB; Linux {machine.Kernel}; {machine.FileSystem}; .NET {machine.Runtime}");
        console.WriteLine($"{report.Date.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC; medians of {report.Rounds} rounds or more, pair by pair");
    }

    private static Table Figures(Report report)
    {
        var table = Plain("goal", "figure", "measured", "bar", "aim", "");
        foreach (var (goal, result, _) in report.Outcomes)
            foreach (var figure in result?.Figures ?? [])
                table.AddRow(Cells(goal.Name, figure.Label.Length > 0 ? figure.Label : goal.Title, figure.ValueText, figure.BarText, figure.AimText, figure.IsAimReached ? "aim reached" : ""));
        return table;
    }

    private static Table Absolutes(Report report)
    {
        var table = Plain("goal", "absolute figure", "median", "unit");
        foreach (var (goal, result, _) in report.Outcomes)
            foreach (var absolute in result?.Absolutes ?? [])
                table.AddRow(Cells(goal.Name, absolute.What, Number(absolute.Value), absolute.Unit));
        return table;
    }

    private static Table Nodes(Report report)
    {
        var table = Plain("node process", "peak memory, MB", "CPU, s", "CPU of the client, s", "anchoring");
        foreach (var run in report.NodeRuns) table.AddRow(Cells(run.Purpose, Number(run.PeakBytes / 1e6), Number(run.CpuSeconds), Number(run.ClientCpuSeconds), run.Anchored ? "on" : "off"));
        return table;
    }

    private static Table Plain(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Markdown };
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(column)).NoWrap());
        return table;
    }

    private static Text[] Cells(params string[] texts) => [.. texts.Select(text => new Text(text))];

    private static string Number(double value) => value.ToString(value >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);
}

using System.Text.Json.Nodes;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>A sweep for programs and for people.</summary>
internal static class SweepView
{
    internal static int Code(Sweep sweep) => (sweep.Stage, sweep.Outcome) switch
    {
        (SweepStage.Failed, _) => ExitCode.Undetermined,
        (SweepStage.Done, Outcome.Intact) => ExitCode.Intact,
        (SweepStage.Done, Outcome.Altered) => ExitCode.Altered,
        _ => ExitCode.Undetermined,
    };

    internal static JsonObject ToJson(Sweep sweep) => new()
    {
        ["sweep"] = sweep.Sweep_,
        ["stage"] = Stage(sweep),
        ["outcome"] = sweep.EndedUnixMs == 0 ? null : sweep.Outcome.ToString().ToUpperInvariant(),
        ["started"] = JsonText.Time(sweep.StartedUnixMs),
        ["ended"] = JsonText.Time(sweep.EndedUnixMs),
        ["bytesTotal"] = sweep.BytesTotal,
        ["bytesRead"] = sweep.BytesRead,
        ["recordsChecked"] = sweep.RecordsChecked,
        ["recordsDamaged"] = sweep.RecordsDamaged,
        ["repaired"] = sweep.Repaired,
        ["findingsTotal"] = sweep.FindingsTotal,
        ["findings"] = JsonText.Array(sweep.Findings.Select(FindingView.ToJson)),
        ["error"] = sweep.Error.Length == 0 ? null : sweep.Error,
        ["cacheExcluded"] = sweep.CacheExcluded,
        ["bytesKept"] = sweep.BytesKept,
        ["recordsKept"] = sweep.RecordsKept,
        ["bytesPerSecond"] = sweep.BytesPerSecond,
        ["secondsLeft"] = sweep.SecondsLeft,
    };

    internal static string Stage(Sweep sweep) => sweep.Stage.ToString().ToLowerInvariant();

    /// <summary>One line for a list of sweeps.</summary>
    internal static void ShowLine(IAnsiConsole console, Sweep sweep) => console.WriteLine(
        $"{sweep.Sweep_}  {JsonText.Time(sweep.StartedUnixMs)}  {Stage(sweep)}  {(sweep.EndedUnixMs == 0 ? $"{sweep.SecondsLeft} s left" : Core.Verification.VerdictText.Label(OutcomeOf(sweep)))}  "
        + $"{sweep.BytesRead} of {sweep.BytesTotal} bytes read, {sweep.BytesPerSecond} a second, {sweep.RecordsChecked} records, {sweep.FindingsTotal} findings");

    internal static void Show(IAnsiConsole console, Sweep sweep)
    {
        console.WriteLine($"sweep {sweep.Sweep_}: {Stage(sweep)}, {sweep.BytesRead} bytes read, {sweep.RecordsChecked} records checked, {sweep.RecordsDamaged} damaged, {sweep.FindingsTotal} findings, {sweep.Repaired} faults repaired");
        foreach (var finding in sweep.Findings) FindingView.Show(console, finding);
        if (sweep.FindingsTotal > sweep.Findings.Count) console.WriteLine($"  … {sweep.FindingsTotal - sweep.Findings.Count} more findings");
        if (sweep.BytesKept > 0) console.WriteLine($"  {sweep.BytesKept} bytes with {sweep.RecordsKept} records were not read again: the sweep before, which was cut off, had found them in order");
        if (sweep.EndedUnixMs == 0 && sweep.BytesRead > 0) console.WriteLine($"  {sweep.BytesPerSecond} bytes a second, {sweep.SecondsLeft} s of reading left");
        if (sweep.Error.Length > 0) console.WriteLine($"  {Core.PlainText.Of(sweep.Error)}");
        if (sweep.EndedUnixMs == 0) return;
        if (!sweep.CacheExcluded) console.WriteLine("  the page cache was not excluded: it may have answered instead of the medium");
        if (sweep.Outcome == Outcome.Intact && sweep.Repaired > 0) console.WriteLine("  what was damaged was repaired, and found in order when it was read again 损坏已修复并复核");
        console.WriteLine($"outcome: {Core.Verification.VerdictText.Label(OutcomeOf(sweep))}");
    }

    private static Core.Verification.Outcome OutcomeOf(Sweep sweep) => sweep.Stage == SweepStage.Failed
        ? Core.Verification.Outcome.Undetermined
        : (Core.Verification.Outcome)sweep.Outcome;
}

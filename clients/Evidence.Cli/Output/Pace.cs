using System.Globalization;

namespace Evidence.Cli;

/// <summary>How far one stage of a long command is.</summary>
/// <param name="Stage">What is done, in words; another one is another stage.</param>
/// <param name="Done">How much of it is.</param>
/// <param name="Total">Of how much.</param>
/// <param name="Unit">What is counted; null: something of which no rate can be told.</param>
internal readonly record struct StageProgress(string Stage, long Done, long Total, StageUnit? Unit)
{
    internal static readonly StageUnit Bytes = new("MB/s", 1e6);
    internal static readonly StageUnit Leaves = new("leaves/s", 1);
}

/// <summary>How a rate is told.</summary>
/// <param name="Name">Its unit.</param>
/// <param name="Size">How many make one of it a second.</param>
internal sealed record StageUnit(string Name, double Size);

/// <summary>Says how far a long command is, how fast, and how long the stage still takes: every stage counts from 0 to 100.</summary>
/// <param name="steps">Hears it.</param>
/// <param name="time">The clock.</param>
/// <param name="of">What a report says.</param>
internal sealed class Pace<T>(IProgress<Step> steps, TimeProvider time, Func<T, StageProgress> of) : IProgress<T>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2); // between lines

    private readonly Lock _lock = new();
    private string? _stage;
    private double _percent;
    private long _first;
    private long _began;
    private long _said;

    public void Report(T value)
    {
        lock (_lock) steps.Report(Next(of(value)));
    }

    // The first report of a stage sets its clock; an earlier run may have done a part of it.
    private Step Next(StageProgress now)
    {
        var isNew = _stage != now.Stage;
        if (isNew) (_stage, _began, _first, _percent) = (now.Stage, time.GetTimestamp(), now.Done, 0);
        var percent = now.Total == 0 ? 100 : 100.0 * now.Done / now.Total;
        var step = percent - _percent;
        _percent = percent;
        var isSilent = !isNew && now.Done < now.Total && time.GetElapsedTime(_said) < Pause;
        if (!isSilent) _said = time.GetTimestamp();
        var rate = Rate(now);
        var title = now.Unit is { } unit ? string.Create(CultureInfo.InvariantCulture, $"{now.Stage}, {rate / unit.Size:0} {unit.Name}") : now.Stage;
        return new Step(step, isSilent ? null : Line(now, title, percent, rate), title, isNew);
    }

    private static string Line(StageProgress now, string title, double percent, double rate)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{title}: {percent:0} %");
        return now.Unit is not null && rate > 0 ? text + string.Create(CultureInfo.InvariantCulture, $", {(now.Total - now.Done) / rate:0} s left") : text;
    }

    private double Rate(StageProgress now) => time.GetElapsedTime(_began) is { Ticks: > 0 } elapsed ? (now.Done - _first) / elapsed.TotalSeconds : 0;
}

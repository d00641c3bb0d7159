using System.Globalization;
using Evidence.Storage.Reindexing;

namespace Evidence.Cli;

/// <summary>Says how far a reindexing is, how fast, and how long the stage still takes: every stage counts from 0 to 100.</summary>
internal sealed class ReindexPace(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2); // between lines

    private ReindexProgress? _last;
    private double _percent;
    private long _began;
    private long _said;

    /// <summary>What to show of a report. The first of a stage sets its clock.</summary>
    internal Step Next(ReindexProgress now)
    {
        var isNew = _last is null || (_last.Origin, _last.Stage) != (now.Origin, now.Stage);
        if (isNew) _began = time.GetTimestamp();
        var percent = now.Total == 0 ? 100 : 100.0 * now.Done / now.Total;
        var step = isNew ? percent : percent - _percent;
        (_last, _percent) = (now, percent);
        var mayPause = !isNew && now.Done < now.Total && time.GetElapsedTime(_said) < Pause;
        if (!mayPause) _said = time.GetTimestamp();
        return new Step(step, mayPause ? null : Line(now, percent), Title(now), isNew);
    }

    private string Line(ReindexProgress now, double percent)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Title(now)}: {percent:0} %");
        return Rate(now) is var rate and > 0 ? text + string.Create(CultureInfo.InvariantCulture, $", {(now.Total - now.Done) / rate:0} s left") : text;
    }

    private string Title(ReindexProgress now) => now.Stage switch
    {
        ReindexStage.Volumes => string.Create(CultureInfo.InvariantCulture, $"{now.Origin}, reading volumes, {Rate(now) / 1e6:0} MB/s"),
        ReindexStage.Tree => string.Create(CultureInfo.InvariantCulture, $"{now.Origin}, building the tree, {Rate(now):0} leaves/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{now.Origin}, confirming its root, {Rate(now):0} leaves/s"),
    };

    private double Rate(ReindexProgress now) => time.GetElapsedTime(_began) is { Ticks: > 0 } elapsed ? now.Done / elapsed.TotalSeconds : 0;
}

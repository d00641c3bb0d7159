using System.Globalization;
using Evidence.Node.Restoring;

namespace Evidence.Cli;

/// <summary>Says how far a restore is, how fast, and how long the stage still takes: every stage counts from 0 to 100.</summary>
internal sealed class RestorePace(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2); // between lines

    private RestoreProgress? _last;
    private double _percent;
    private long _first;
    private long _began;
    private long _said;

    /// <summary>What to show of a report. The first of a stage sets its clock.</summary>
    internal Step Next(RestoreProgress now)
    {
        var isNew = _last?.Stage != now.Stage;
        if (isNew) (_began, _first) = (time.GetTimestamp(), now.Done);
        var percent = now.Total == 0 ? 100 : 100.0 * now.Done / now.Total;
        var step = isNew ? percent : percent - _percent;
        (_last, _percent) = (now, percent);
        var mayPause = !isNew && now.Done < now.Total && time.GetElapsedTime(_said) < Pause;
        if (!mayPause) _said = time.GetTimestamp();
        return new Step(step, mayPause ? null : Line(now, percent), Title(now), isNew);
    }

    private string Line(RestoreProgress now, double percent)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Title(now)}: {percent:0} %");
        return now.Stage != RestoreStage.Proofs && Rate(now) is var rate and > 0 ? text + string.Create(CultureInfo.InvariantCulture, $", {(now.Total - now.Done) / rate:0} s left") : text;
    }

    private string Title(RestoreProgress now) => now.Stage switch
    {
        RestoreStage.Leaves => string.Create(CultureInfo.InvariantCulture, $"proving the leaves, {Rate(now):0} leaves/s"),
        RestoreStage.Volumes => string.Create(CultureInfo.InvariantCulture, $"restoring volumes, {Rate(now) / 1e6:0} MB/s"),
        _ => "taking over proofs",
    };

    // An earlier run may have done a part of it.
    private double Rate(RestoreProgress now) => time.GetElapsedTime(_began) is { Ticks: > 0 } elapsed ? (now.Done - _first) / elapsed.TotalSeconds : 0;
}

using System.Globalization;
using Evidence.Storage.Backups;

namespace Evidence.Cli;

/// <summary>Says how far a backup is and how fast: every log, and the reading back of the medium, counts from 0 to 100.</summary>
internal sealed class BackupPace(IProgress<Step> steps, TimeProvider time) : IProgress<BackupProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2); // between lines

    private string? _origin;
    private double _percent;
    private long _began;
    private long _said;

    public void Report(BackupProgress value)
    {
        var isNew = _origin != value.Origin;
        if (isNew) (_origin, _began, _percent) = (value.Origin, time.GetTimestamp(), 0);
        var percent = value.Total == 0 ? 100 : 100.0 * value.Done / value.Total;
        var isSilent = !isNew && value.Done < value.Total && time.GetElapsedTime(_said) < Pause;
        if (!isSilent) _said = time.GetTimestamp();
        var seconds = time.GetElapsedTime(_began).TotalSeconds;
        var title = string.Create(CultureInfo.InvariantCulture, $"{value.Origin}, {(seconds > 0 ? value.Done / seconds / 1e6 : 0):0} MB/s");
        steps.Report(new Step(percent - _percent, isSilent ? null : string.Create(CultureInfo.InvariantCulture, $"{title}: {percent:0} %"), title, isNew));
        _percent = percent;
    }
}

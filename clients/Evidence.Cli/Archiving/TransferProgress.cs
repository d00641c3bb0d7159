using System.Globalization;

namespace Evidence.Cli.Archiving;

/// <summary>Turns bytes of one upload into steps of the command, with a line for each tenth of it.</summary>
internal sealed class TransferProgress(string name, long total, TimeProvider time, IProgress<Step> progress) : IProgress<long>
{
    private readonly long _started = time.GetTimestamp();
    private long? _first;
    private long _reached;
    private long _tenths;

    public void Report(long value)
    {
        _first ??= value;
        var step = value - _reached;
        _reached = value;
        var tenths = total == 0 ? 10 : value * 10 / total;
        progress.Report(new Step(step, tenths > _tenths ? Line(value) : null));
        _tenths = Math.Max(_tenths, tenths);
    }

    private string Line(long value)
    {
        var seconds = Math.Max(0.001, time.GetElapsedTime(_started).TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"{name}: {value * 100.0 / Math.Max(1, total):0} % of {total / 1e6:0} MB, {(value - _first!.Value) / 1e6 / seconds:0} MB/s");
    }
}

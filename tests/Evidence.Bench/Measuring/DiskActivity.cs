using System.Globalization;

namespace Evidence.Bench.Measuring;

/// <summary>What the block devices are busy with: removing large files, for one, goes on long after the call.</summary>
internal static class DiskActivity
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until no sector was read, written or discarded for a moment; on a machine that is never quiet, not for ever.</summary>
    internal static async Task WaitForQuietAsync(TimeProvider time, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        for (var before = Sectors(); time.GetElapsedTime(started) < Patience;)
        {
            await Task.Delay(Step, time, ct);
            var now = Sectors();
            if (now == before) return;
            before = now;
        }
    }

    private static long Sectors() => Count(File.ReadLines("/proc/diskstats"));

    /// <summary>Sectors read, written and discarded by all devices.</summary>
    internal static long Count(IEnumerable<string> diskStats) =>
        diskStats.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Sum(f => Field(f, 5) + Field(f, 9) + Field(f, 16));

    private static long Field(string[] fields, int index) => index < fields.Length ? long.Parse(fields[index], CultureInfo.InvariantCulture) : 0;
}

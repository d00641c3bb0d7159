using System.Collections.Concurrent;
using Evidence.Client;

namespace Evidence.Bench.Load;

/// <summary>Callers that file a record of 1 KiB, pause, and file the next: what they measure is latency, not how much the machine can take.</summary>
internal sealed class PacedRecords(EvidenceClient client, TimeProvider time)
{
    private const int Callers = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static int _next = 1_000_000_000;

    /// <summary>Files records until a task ends.</summary>
    /// <returns>What each took, in milliseconds.</returns>
    internal async Task<IReadOnlyCollection<double>> RunAsync(Task until, CancellationToken ct)
    {
        var times = new ConcurrentBag<double>();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallAsync(times, until, ct), ct)));
        await until;
        return times;
    }

    private async Task CallAsync(ConcurrentBag<double> times, Task until, CancellationToken ct)
    {
        while (!until.IsCompleted)
        {
            var started = time.GetTimestamp();
            await client.ArchiveAsync(SmallRecords.Draft(Interlocked.Increment(ref _next)), null, ct);
            times.Add(time.GetElapsedTime(started).TotalMilliseconds);
            await Task.Delay(Pause, time, ct);
        }
    }
}

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Evidence.Bench.Goals;
using Evidence.Client;

namespace Evidence.Bench.Load;

/// <summary>Files records over one stream at a rate, and notes when each was acknowledged.</summary>
internal sealed class PacedStream(EvidenceClient client, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Leaves, and when they were acknowledged.</summary>
    internal ConcurrentDictionary<ulong, long> Acknowledged { get; } = new();

    /// <summary>Files records; returns how many a second were acknowledged.</summary>
    /// <exception cref="NotMeasuredException">A record was refused.</exception>
    internal async Task<double> RunAsync(IEnumerable<RecordDraft> drafts, double perSecond, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        await foreach (var outcome in client.ArchiveManyAsync(PaceAsync(drafts, perSecond, ct), ct))
        {
            if (outcome.Receipt is not { } receipt) throw new NotMeasuredException($"a record was refused: {outcome.Failure!.Message}", outcome.Failure);
            Acknowledged[receipt.Leaf] = time.GetTimestamp();
        }

        return Acknowledged.Count / time.GetElapsedTime(started).TotalSeconds;
    }

    // So many in each tick that the rate holds also where a tick comes late.
    private async IAsyncEnumerable<RecordDraft> PaceAsync(IEnumerable<RecordDraft> drafts, double perSecond, [EnumeratorCancellation] CancellationToken ct)
    {
        var (started, sent) = (time.GetTimestamp(), 0L);
        foreach (var draft in drafts)
        {
            while (sent >= time.GetElapsedTime(started).TotalSeconds * perSecond) await Task.Delay(Tick, time, ct);
            sent++;
            yield return draft;
        }
    }
}

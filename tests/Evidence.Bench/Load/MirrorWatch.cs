using System.Collections.Concurrent;
using Evidence.Bench.Goals;
using Evidence.Client;
using Evidence.Core.Notes;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Bench.Load;

/// <summary>Sees how far a mirror has proven a log: it shows a checkpoint of it only when it holds all leaves below and their tree is the one that was signed.</summary>
internal sealed class MirrorWatch(EvidenceClient mirror, string origin, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private readonly List<(long Seen, ulong Size)> _steps = [];

    /// <summary>Looks until the mirror holds so many leaves.</summary>
    /// <param name="size">How many; changes while records are filed.</param>
    /// <param name="patience">Ends when nothing came for so long.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="NotMeasuredException">The mirror stands still.</exception>
    internal async Task UntilAsync(Func<ulong> size, TimeSpan patience, CancellationToken ct)
    {
        for (var last = time.GetTimestamp(); ; await Task.Delay(Look, time, ct))
        {
            if (await SizeAsync(ct) is var held && held > (_steps.Count > 0 ? _steps[^1].Size : 0)) _steps.Add((last = time.GetTimestamp(), held));
            if (held >= size()) return;
            if (time.GetElapsedTime(last) > patience) throw new NotMeasuredException($"a mirror stands still at {held} of {size()} leaves");
        }
    }

    /// <summary>Seconds from the acknowledgement of each record until the mirror held it.</summary>
    /// <param name="acknowledged">Leaves, and when they were acknowledged.</param>
    internal IEnumerable<double> Lags(ConcurrentDictionary<ulong, long> acknowledged)
    {
        var step = 0;
        foreach (var (leaf, at) in acknowledged.OrderBy(entry => entry.Key))
        {
            while (_steps[step].Size <= leaf) step++;
            yield return Math.Max(0, time.GetElapsedTime(at, _steps[step].Seen).TotalSeconds);
        }
    }

    private async Task<ulong> SizeAsync(CancellationToken ct)
    {
        try
        {
            var answer = await mirror.Replication.GetCheckpointAsync(new GetCheckpointRequest { Log = origin }, cancellationToken: ct);
            return Checkpoint.Parse(SignedNote.Parse(answer.Note.Span).Text).Size;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return 0;
        }
    }
}

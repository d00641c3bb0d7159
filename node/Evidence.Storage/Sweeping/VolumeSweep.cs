using System.Collections.Concurrent;
using Evidence.Storage.Durable;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Sweeping;

/// <summary>
/// Reads a volume from end to end on all processors and says only whether all of it is in order. Of a volume that is not, or that it cannot judge (a record too long for memory), it says nothing:
/// <see cref="VolumeWalker"/> reads that volume again and names what is wrong.
/// </summary>
internal sealed class VolumeSweep : IDisposable
{
    private static readonly int Workers = Environment.ProcessorCount;
    private readonly LogStore _store;
    private readonly VolumeState _volume;
    private readonly SweepPlan _plan;
    private readonly ChunkPool _chunks = new(Workers + ChunkReader.Ahead + 2);
    private readonly ConcurrentBag<ChunkExaminer> _examiners = [];
    private readonly BagTotals _totals = new();
    private readonly List<OrderedRecord[]> _records = [];
    private EntryPrint _entries = EntryPrint.None;

    private VolumeSweep(LogStore store, VolumeState volume, SweepPlan plan) => (_store, _volume, _plan) = (store, volume, plan);

    /// <summary>The volume, when every byte of it is as it must be; otherwise null.</summary>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    internal static async Task<OrderedVolume?> RunAsync(LogStore store, VolumeState volume, SweepPlan plan, CancellationToken ct)
    {
        using var sweep = new VolumeSweep(store, volume, plan);
        try
        {
            return await sweep.RunAsync(ct);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }

    public void Dispose()
    {
        _chunks.Dispose();
        _totals.Dispose();
    }

    private async Task<OrderedVolume?> RunAsync(CancellationToken ct)
    {
        var end = _volume.DurableLength;
        using var file = new MediumReader(_store.Files.Volume(_volume.Number), fromMedium: true);
        if (_volume.Closed ? file.Length != end : file.Length < end) return null;
        var reader = new ChunkReader(file, end, RecordPath.Prefix(_volume.Number), _chunks, _plan);
        try
        {
            if (!await ExamineAsync(reader, ct)) return null;
        }
        finally
        {
            await reader.EndAsync();
        }

        return await IsWholeAsync(reader, ct) ? new OrderedVolume(_records, _entries, file.CacheExcluded) : null;
    }

    private async Task<bool> ExamineAsync(ChunkReader reader, CancellationToken ct)
    {
        var pending = new Queue<Task<ChunkReport?>>();
        try
        {
            while (await reader.NextAsync(ct) is { } chunk)
            {
                pending.Enqueue(Task.Run(() => Examine(chunk), CancellationToken.None));
                if (pending.Count > Workers && !Take(await pending.Dequeue())) return false;
            }

            while (pending.TryDequeue(out var examined))
                if (!Take(await examined)) return false;
            return true;
        }
        finally
        {
            foreach (var left in await Task.WhenAll(pending)) left?.Lines.Return();
        }
    }

    private ChunkReport? Examine(Chunk chunk)
    {
        try
        {
            var examiner = _examiners.TryTake(out var free) ? free : new ChunkExaminer(_volume.Number, _volume.Closed, _plan);
            var report = examiner.Examine(chunk.Bytes, chunk.Offset);
            _examiners.Add(examiner);
            return report;
        }
        finally
        {
            _chunks.Return(chunk);
        }
    }

    private bool Take(ChunkReport? report)
    {
        if (report is null) return false;
        _records.Add(report.Records);
        _entries += report.Entries;
        if (_volume.Closed) _totals.Add(report.Lines.Bytes, report.Lines.Files, report.Lines.Octets, report.LastReceived);
        report.Lines.Return();
        return true;
    }

    private async Task<bool> IsWholeAsync(ChunkReader reader, CancellationToken ct)
    {
        if (!_volume.Closed) return !reader.Stopped && reader.At == _volume.DurableLength;
        if (!reader.Stopped || _totals.Count == 0) return false;
        await reader.SpendRestAsync(ct);
        return await IsClosedRightlyAsync(reader.At, ct);
    }

    private async Task<bool> IsClosedRightlyAsync(long at, CancellationToken ct)
    {
        using var source = new VolumeFileSource(_store.Files.Volume(_volume.Number), _volume.DurableLength, fromMedium: true);
        using var window = new SourceWindow(source, _volume.DurableLength);
        var closing = await new ClosingReader(window, new VolumeWalk(_volume.Number, _store.Origin), _totals).ReadAsync(at, ct);
        return closing is { IsIntact: true } && closing.Offset + closing.Length == _volume.DurableLength;
    }
}

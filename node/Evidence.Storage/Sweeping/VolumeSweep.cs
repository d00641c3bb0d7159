using Evidence.Storage.Durable;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Sweeping;

/// <summary>
/// Reads a volume from end to end on all processors and says only whether all of it is in order. Of a volume that is not, or that it cannot judge (a record too long for memory), it says nothing:
/// <see cref="VolumeWalker"/> reads that volume again and names what is wrong.
/// </summary>
internal sealed class VolumeSweep : IDisposable
{
    // Some wait for the medium while others compute. They are threads of their own: those of the pool are few, and must not wait.
    private static readonly int Threads = Environment.ProcessorCount + 4;
    private readonly LogStore _store;
    private readonly VolumeState _volume;
    private readonly SweepPlan _plan;
    private readonly BagTotals _totals = new();
    private readonly List<OrderedRecord[]> _records = [];
    private readonly Dictionary<int, ChunkReport> _pending = []; // whose predecessors are not there yet
    private EntryPrint _entries = EntryPrint.None;
    private int _taken;
    private volatile bool _differs;

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
        foreach (var left in _pending.Values) left.Lines.Return();
        _totals.Dispose();
    }

    private async Task<OrderedVolume?> RunAsync(CancellationToken ct)
    {
        var end = _volume.DurableLength;
        using var file = new MediumReader(_store.Files.Volume(_volume.Number), fromMedium: true);
        if (_volume.Closed ? file.Length != end : file.Length < end) return null;
        var line = new ChunkLine(file, end, RecordPath.Prefix(_volume.Number), _plan);
        var threads = (int)Math.Min(Threads, (end + Chunk.ReadSize - 1) / Chunk.ReadSize);
        await Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(() => Work(line, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return !_differs && await IsWholeAsync(line, ct) ? new OrderedVolume(_records, _entries, file.CacheExcluded) : null;
    }

    // What a thread reads it also cuts and examines, as far as it can be while it is still in that processor's cache.
    private void Work(ChunkLine line, CancellationToken ct)
    {
        using var chunk = new Chunk();
        var examiner = new ChunkExaminer(_volume.Number, _volume.Closed, _plan);
        try
        {
            while (line.TryRead(chunk, ct))
            {
                if (!line.TryCut(chunk, out var order)) continue;
                if (examiner.Examine(chunk.Bytes, chunk.Offset) is { } report) Take(order, report);
                else _differs = true;
                if (_differs) line.End();
            }
        }
        catch
        {
            line.End();
            throw;
        }
    }

    private void Take(int order, ChunkReport report)
    {
        lock (_pending)
        {
            _pending.Add(order, report);
            for (; _pending.Remove(_taken, out var next); _taken++) Take(next);
        }
    }

    private void Take(ChunkReport report)
    {
        _records.Add(report.Records);
        _entries += report.Entries;
        if (_volume.Closed) _totals.Add(report.Lines.Bytes, report.Lines.Files, report.Lines.Octets, report.LastReceived);
        report.Lines.Return();
    }

    private async Task<bool> IsWholeAsync(ChunkLine line, CancellationToken ct)
    {
        if (!_volume.Closed) return !line.Stopped && line.At == _volume.DurableLength;
        if (!line.Stopped || _totals.Count == 0) return false;
        line.SpendRest(ct);
        return await IsClosedRightlyAsync(line.At, ct);
    }

    private async Task<bool> IsClosedRightlyAsync(long at, CancellationToken ct)
    {
        using var source = new VolumeFileSource(_store.Files.Volume(_volume.Number), _volume.DurableLength, fromMedium: true);
        using var window = new SourceWindow(source, _volume.DurableLength);
        var closing = await new ClosingReader(window, new VolumeWalk(_volume.Number, _store.Origin), _totals).ReadAsync(at, ct);
        return closing is { IsIntact: true } && closing.Offset + closing.Length == _volume.DurableLength;
    }
}

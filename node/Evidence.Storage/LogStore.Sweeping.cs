using Evidence.Storage.Durable;
using Evidence.Storage.LevelDb;
using Evidence.Storage.Sweeping;

namespace Evidence.Storage;

public sealed partial class LogStore
{
    /// <summary>Reads a volume from the medium on all processors; null when not all of it is in order, or when it cannot be judged in this way: then a walk over it names what is wrong.</summary>
    /// <param name="volume">The volume, as of now.</param>
    /// <param name="plan">What is read and summed.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    public Task<OrderedVolume?> SweepVolumeAsync(VolumeState volume, SweepPlan plan, CancellationToken ct) => VolumeSweep.RunAsync(this, volume, plan, ct);

    /// <summary>Whether the index holds just what the volumes gave; false when it does not, or when it cannot be judged in this way: then <see cref="CompareIndexAsync"/> names what is wrong. Call <see cref="ReopenIndex"/> before, so that the files are read again.</summary>
    /// <param name="plan">The plan that the volumes were read for.</param>
    /// <param name="expected">The sum over all of them.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<bool> IndexAgreesAsync(SweepPlan plan, EntryPrint expected, CancellationToken ct)
    {
        try
        {
            var (sweep, snapshot) = await BeginIndexSweepAsync(plan, ct);
            using (snapshot) return await Task.Run(() => sweep.Agrees(expected, ct), ct);
        }
        catch (Exception e) when (e is LevelDbException || e is AggregateException { InnerException: LevelDbException })
        {
            return false;
        }
    }

    /// <summary>When the first record of a volume was received, as its first header says it; null when that cannot be read.</summary>
    public DateTimeOffset? VolumeBegan(uint volume)
    {
        try
        {
            using var file = FileReads.Open(Files.Volume(volume));
            var header = new byte[TarBlock.Size];
            return FileReads.ReadFully(file, header, 0) == header.Length && TarHeader.TryReadMtime(header, out var mtime) ? DateTimeOffset.FromUnixTimeSeconds(mtime) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<(IndexSweep Sweep, Snapshot Snapshot)> BeginIndexSweepAsync(SweepPlan plan, CancellationToken ct)
    {
        await Gate.WaitAsync(ct);
        try
        {
            var snapshot = Index.TakeSnapshot();
            return (new IndexSweep(this, plan, VolumeSet.All, Size, snapshot), snapshot);
        }
        finally
        {
            Gate.Release();
        }
    }
}

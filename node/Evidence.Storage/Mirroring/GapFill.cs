using Evidence.Core;
using Evidence.Storage.Durable;
using Evidence.Storage.Index;
using Evidence.Storage.Recovery;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Mirroring;

/// <summary>Puts proven records where a volume that was taken over has zeros in their place.</summary>
internal sealed class GapFill(LogStore store, Func<ulong, Digest?>? proven)
{
    private const int CopyBuffer = 1 << 20;

    /// <summary>The bytes are proven beside the volume, then those of the records copied into it. A crash within the copy leaves records unknown to the index: they are filled in again.</summary>
    internal async Task<IReadOnlyList<(long Offset, long Length)>> RunAsync(uint volume, long offset, Stream bytes, long length, CancellationToken ct)
    {
        var state = store.VolumeSet.Find(volume) ?? throw new FileNotFoundException($"{store.Origin} has no volume {volume}.");
        if (offset < 0 || length <= 0 || offset + length > state.DurableLength) throw new ArgumentOutOfRangeException(nameof(offset));
        var temporary = store.Files.Volume(volume) + SmallFile.TemporarySuffix;
        try
        {
            using (var file = store.Medium.Open(temporary, FileMode.Create)) await MirrorWriter.OverwriteAsync(file, offset, bytes, ct); // sparse before the gap
            using var source = new VolumeFileSource(temporary, offset + length, fromMedium: false);
            var records = await new MirrorCheck(store, proven).FindAsync(volume, offset, source, ct);
            Copy(temporary, records);
            store.Index.Add(records, state);
            new LogRecovery(store).AssessAgain();
            return [.. Between(offset, offset + length, records)];
        }
        finally
        {
            store.Medium.Delete(temporary);
        }
    }

    private void Copy(string from, List<IndexedRecord> records)
    {
        using var source = store.Medium.Open(from, FileMode.Open);
        using var file = store.Medium.Open(store.Files.Volume(records[0].Place.Volume), FileMode.Open);
        var buffer = new byte[CopyBuffer];
        foreach (var place in records.Select(record => record.Place))
        {
            var (at, end) = ((long)place.Offset, (long)(place.Offset + place.Length));
            for (int read; at < end && (read = source.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)), at)) > 0; at += read) file.Write(buffer.AsSpan(0, read), at);
        }

        file.Sync();
    }

    private static IEnumerable<(long Offset, long Length)> Between(long start, long end, List<IndexedRecord> records)
    {
        foreach (var place in records.Select(record => record.Place))
        {
            if ((long)place.Offset > start) yield return (start, (long)place.Offset - start);
            start = (long)(place.Offset + place.Length);
        }

        if (start < end) yield return (start, end - start);
    }
}

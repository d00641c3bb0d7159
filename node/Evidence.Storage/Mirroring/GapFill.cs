using Evidence.Core;
using Evidence.Storage.Durable;
using Evidence.Storage.Index;
using Evidence.Storage.Recovery;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Mirroring;

/// <summary>Puts proven records where a volume that was taken over has zeros in their place.</summary>
internal sealed class GapFill(LogStore store, Func<ulong, Digest?>? proven)
{
    /// <summary>The bytes are proven beside the volume, then copied into it. A crash within the copy leaves the gap unknown to the index: it is filled again.</summary>
    internal async Task RunAsync(uint volume, long offset, Stream bytes, long length, CancellationToken ct)
    {
        var state = store.VolumeSet.Find(volume) ?? throw new FileNotFoundException($"{store.Origin} has no volume {volume}.");
        if (offset < 0 || length <= 0 || offset + length > state.DurableLength) throw new ArgumentOutOfRangeException(nameof(offset));
        var target = store.Files.Volume(volume);
        var temporary = target + SmallFile.TemporarySuffix;
        try
        {
            using (var file = store.Medium.Open(temporary, FileMode.Create)) await MirrorWriter.OverwriteAsync(file, offset, bytes, ct); // sparse before the gap
            var records = await ProveAsync(volume, temporary, offset, length, ct);
            await CopyAsync(temporary, target, offset, ct);
            store.Index.Add(records, state);
        }
        finally
        {
            store.Medium.Delete(temporary);
        }

        new LogRecovery(store).AssessAgain();
    }

    private async Task<List<IndexedRecord>> ProveAsync(uint volume, string path, long offset, long length, CancellationToken ct)
    {
        using var source = new VolumeFileSource(path, long.MaxValue, fromMedium: false);
        var (next, records) = await new MirrorCheck(store, proven).RunAsync(new VolumeState(volume, offset, false), path, source.Length, closed: false, passOver: false, ct);
        return next.DurableLength == offset + length && source.Length == offset + length ? records
            : throw new UnprovenBytesException($"The bytes for the gap at {offset} of volume {volume} of {store.Origin} do not fill it with records that prove.", []);
    }

    private async Task CopyAsync(string from, string to, long offset, CancellationToken ct)
    {
        await using var source = File.OpenRead(from);
        source.Position = offset;
        using var file = store.Medium.Open(to, FileMode.Open);
        await MirrorWriter.OverwriteAsync(file, offset, source, ct);
        file.Sync();
    }
}

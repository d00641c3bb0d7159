using Evidence.Core;
using Evidence.Storage.Volumes;

namespace Evidence.Storage;

public sealed partial class LogStore
{
    private const int CopyBuffer = 128 << 10;

    /// <summary>Reads a record's seal and headers, or null when the index does not know it.</summary>
    /// <exception cref="IOException">The volume is missing or cannot be read there.</exception>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be read.</exception>
    public async Task<StoredRecord?> ReadRecordAsync(RecordId record, CancellationToken ct) => Find(record) is { } place ? await ReadRecordAsync(place, ct) : null;

    /// <summary>Reads the seal and the headers of the record at a place. Where the volume's seal is damaged, the log's own copy of it says where the parts lie.</summary>
    /// <exception cref="IOException">The volume is missing or cannot be read there.</exception>
    public Task<StoredRecord> ReadRecordAsync(Place place, CancellationToken ct) => StoredRecordReader.ReadAsync(this, place, ct);

    /// <summary>A part's bytes as they are now, without checking them; a seekable stream that reads as it is read.</summary>
    /// <exception cref="IOException">The volume is missing.</exception>
    public Stream OpenPart(Place place, StoredMember member) => new VolumePartStream(Files.Volume(place.Volume), member.Offset, member.Size);

    /// <summary>As the other overload, by name.</summary>
    /// <exception cref="FileNotFoundException">The record has no such part, or the volume is missing.</exception>
    public Stream OpenPart(Place place, string name) => OpenPart(place, FindMember(ReadRecordAsync(place, CancellationToken.None).GetAwaiter().GetResult(), name));

    /// <summary>Copies a range of a part.</summary>
    /// <exception cref="FileNotFoundException">The record has no such part, or the volume is missing.</exception>
    public async Task CopyPartAsync(Place place, string name, long offset, long length, Stream destination, CancellationToken ct)
    {
        var member = FindMember(await ReadRecordAsync(place, ct), name);
        if (offset < 0 || length < 0 || offset > member.Size - length) throw new ArgumentOutOfRangeException(nameof(offset), $"The part has {member.Size} bytes; {length} from {offset} on are not among them.");
        await using var part = OpenPart(place, member with { Offset = member.Offset + offset, Size = length });
        await part.CopyToAsync(destination, CopyBuffer, ct);
    }

    /// <summary>Durable bytes of a volume: never beyond the last whole record. Length 0 means to the end.</summary>
    /// <exception cref="FileNotFoundException">There is no such volume.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range goes beyond the durable bytes.</exception>
    public Stream ReadVolume(uint volume, long offset, long length)
    {
        var state = VolumeSet.Find(volume) ?? throw new FileNotFoundException($"{Origin} has no volume {volume}.");
        if (length == 0) length = state.DurableLength - offset;
        if (offset < 0 || length < 0 || offset > state.DurableLength - length) throw new ArgumentOutOfRangeException(nameof(offset), $"Volume {volume} has {state.DurableLength} bytes; {length} from {offset} on are not among them.");
        return new VolumePartStream(Files.Volume(volume), offset, length);
    }

    /// <summary>A volume's file to walk it: up to its durable length, or when it is closed whatever the file has; past the page cache where <paramref name="fromMedium"/> asks for it and the file system can.</summary>
    /// <exception cref="FileNotFoundException">The file is missing, or there is no such volume.</exception>
    public VolumeFileSource OpenVolume(uint volume, bool fromMedium)
    {
        var state = VolumeSet.Find(volume) ?? throw new FileNotFoundException($"{Origin} has no volume {volume}.");
        return new VolumeFileSource(Files.Volume(volume), state.Closed ? long.MaxValue : state.DurableLength, fromMedium);
    }

    /// <summary>What a walk over a volume of this log is to compare it with, as of now.</summary>
    /// <exception cref="FileNotFoundException">There is no such volume.</exception>
    public VolumeWalk WalkOf(uint volume)
    {
        var state = VolumeSet.Find(volume) ?? throw new FileNotFoundException($"{Origin} has no volume {volume}.");
        return new VolumeWalk(volume, Origin) { ExpectedLength = state.DurableLength, ExpectClosed = state.Closed, LeafHash = LeafHashOrNull };
    }

    /// <summary>
    /// Where bytes begin that follow the end of a volume which is open, and how many there are: no record of the log accounts for them. Where <see cref="AppendRefusal"/> is not null they may be the rest of an append that failed. An append or a closing that is under way is waited for.
    /// Null when there are none. Of a closed volume a walk sees them.
    /// </summary>
    public async Task<(long Offset, long Length)?> FindStrayTailAsync(uint volume, CancellationToken ct)
    {
        (long, long)? tail = null;
        if (StrayTail(volume) is null) return tail; // so that nobody is held up for nothing
        await InGateAsync(() => Task.FromResult(tail = StrayTail(volume)), ct);
        return tail;
    }

    /// <summary>The leaves whose records the index places in ranges of volumes, in ascending order. It goes through the whole index: for what is rare.</summary>
    /// <exception cref="LevelDb.LevelDbException">The index cannot be read.</exception>
    public IEnumerable<ulong> FindLeavesIn(IEnumerable<(uint Volume, long Offset, long Length)> ranges)
    {
        var byVolume = ranges.GroupBy(static range => range.Volume).ToDictionary(static volume => volume.Key, static volume => volume.OrderBy(static range => range.Offset).ToArray());
        var (leaves, size) = (Index.Leaves(), Size);
        for (ulong leaf = 0; leaf < size; leaf++)
            if (leaves.Find(leaf) is { Place: var place } && byVolume.TryGetValue(place.Volume, out var sorted) && Meets(sorted, (long)place.Offset, (long)(place.Offset + place.Length))) yield return leaf;
    }

    // Of ranges that do not overlap only the last one that begins before the end can reach into it.
    private static bool Meets((uint Volume, long Offset, long Length)[] sorted, long from, long to)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle].Offset < to) low = middle + 1;
            else high = middle;
        }

        return low > 0 && from - sorted[low - 1].Offset < sorted[low - 1].Length;
    }

    private (long Offset, long Length)? StrayTail(uint volume) =>
        VolumeSet.Find(volume) is { Closed: false, DurableLength: var end } && new FileInfo(Files.Volume(volume)) is { Exists: true } file && file.Length > end ? (end, file.Length - end) : null;

    private static StoredMember FindMember(StoredRecord record, string name) =>
        record.Members.FirstOrDefault(m => m.Name == name) ?? throw new FileNotFoundException($"The record {record.RecordId} has no part {name}.");
}

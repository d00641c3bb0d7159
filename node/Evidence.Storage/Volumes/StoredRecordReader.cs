using Evidence.Core.Log;
using Evidence.Core.Seals;
using Evidence.Core.Verification;

namespace Evidence.Storage.Volumes;

/// <summary>Reads one record at a place that is known.</summary>
internal static class StoredRecordReader
{
    internal static async Task<StoredRecord> ReadAsync(LogStore store, Place place, CancellationToken ct)
    {
        using var source = new VolumeFileSource(store.Files.Volume(place.Volume), (long)(place.Offset + place.Length), fromMedium: false);
        var walk = new VolumeWalk(place.Volume, store.Origin) { Start = (long)place.Offset, ExpectedLength = (long)(place.Offset + place.Length), HashContent = false, LeafHash = store.LeafHashOrNull };
        var findings = new List<Finding>();
        await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
        {
            findings.AddRange(item.Findings);
            if (item.Record is { } record && record.Place == place)
                return new StoredRecord(record.Id, place.Leaf, place, record.SealBytes, record.Seal, record.Members, findings);
        }

        return FromLog(store, place, findings);
    }

    // The seal in the volume says nothing: the log's entry bundle has the same bytes, and the record lies as they say.
    private static StoredRecord FromLog(LogStore store, Place place, List<Finding> findings)
    {
        var record = store.Index.FindLeaf(place.Leaf)?.Record ?? default;
        if (Entry(store, place.Leaf) is not { } entry || !SealBytes.TryParse(entry.Span, out var seal, out _))
            return new StoredRecord(record, place.Leaf, place, [], null, [], findings);
        var layout = new RecordLayout(seal, entry.Length, place.Leaf);
        var stored = (ulong)layout.Length == place.Length ? ReadAt(store, place, layout.Seal) : [];
        var members = (ulong)layout.Length == place.Length ? layout.Parts.Select(p => new StoredMember(p.Name, (long)place.Offset + p.Data, p.Size)) : [];
        return new StoredRecord(seal.Record, place.Leaf, place, stored, TryParse(stored), [.. members], findings);
    }

    private static Seal? TryParse(byte[] bytes) => SealBytes.TryParse(bytes, out var seal, out _) ? seal : null;

    private static byte[] ReadAt(LogStore store, Place place, MemberLayout seal)
    {
        using var stream = new VolumePartStream(store.Files.Volume(place.Volume), (long)place.Offset + seal.Data, seal.Size);
        var bytes = new byte[seal.Size];
        try
        {
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (EndOfStreamException)
        {
            return []; // the volume was cut off
        }
    }

    private static ReadOnlyMemory<byte>? Entry(LogStore store, ulong leaf)
    {
        try
        {
            if (leaf >= store.Size || store.LeafHashOrNull(leaf) is not { } expected) return null;
            var entry = EntryBundle.Parse(store.Tree.Read(TileId.EntryBundleOf(leaf, store.Size)))[(int)(leaf % TileId.FullWidth)];
            return MerkleTree.LeafHash(entry.Span) == expected ? entry : null;
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}

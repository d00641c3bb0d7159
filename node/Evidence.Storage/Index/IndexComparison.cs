using System.Globalization;
using System.Runtime.CompilerServices;
using Evidence.Core.Verification;
using Evidence.Storage.LevelDb;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Index;

/// <summary>
/// Compares the index with the volumes as of one moment. First each record of the volumes is looked up; then all entries are gone through, which reads and verifies every block:
/// when there are as many as the records account for, none is left over; otherwise each is held to the volumes.
/// </summary>
internal sealed class IndexComparison(LogStore store, IReadOnlyList<VolumeState> volumes, Snapshot snapshot) : IDisposable
{
    private const int MostReported = 1000;

    private readonly List<(uint Volume, long From, long To)> _damaged = [];
    private readonly LeafCursor _leaves = store.Index.Leaves(snapshot);
    private long _accounted = 1; // the format

    internal async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var reported = 0;
        await foreach (var finding in ForwardAsync(ct))
        {
            yield return finding;
            if (finding.Code == FindingCodes.IndexUnreadable || ++reported == MostReported) yield break;
        }

        foreach (var finding in Backward(ct).Take(MostReported)) yield return finding;
    }

    public void Dispose() => snapshot.Dispose();

    private async IAsyncEnumerable<Finding> ForwardAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var state in volumes)
        {
            if (CompareEntry(IndexFormat.VolumeKey(state.Number), IndexFormat.VolumeValue(state), VolumeName.FileOf(state.Number)) is { } finding) yield return finding;
            if (!File.Exists(store.Files.Volume(state.Number)))
            {
                _damaged.Add((state.Number, 0, long.MaxValue)); // what the index says of it cannot be compared
                continue;
            }

            using var source = new VolumeFileSource(store.Files.Volume(state.Number), state.DurableLength, fromMedium: false);
            var walk = new VolumeWalk(state.Number, store.Origin) { ExpectedLength = state.DurableLength, HashContent = false, LeafHash = store.LeafHashOrNull };
            await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
                foreach (var wrong in CompareItem(item, state)) yield return wrong;
        }
    }

    private IEnumerable<Finding> CompareItem(WalkedItem item, VolumeState state)
    {
        // A seal that is not the log's says nothing of what the index should hold.
        if (item.Record is not { } record || item.Findings.Any(f => f.Layer == Layer.Seal))
        {
            if (item.Kind != WalkedKind.Closing) _damaged.Add((state.Number, item.Offset, item.Offset + item.Length));
            yield break;
        }

        var indexed = IndexedRecord.Of(record);
        if (CompareLeaf(indexed) is { } wrong) yield return wrong;
        foreach (var (key, value) in indexed.Entries())
            if (CompareEntry(key, value, $"{Describe(key)} of record {record.Id}") is { } finding) yield return finding;
    }

    private Finding? CompareLeaf(IndexedRecord record)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"leaf {record.Place.Leaf} of record {record.Record}");
        try
        {
            if (_leaves.Find(record.Place.Leaf) is not { } leaf) return Wrong(FindingCodes.IndexMissing, subject, "The index does not have the leaf.", null, null);
            _accounted++;
            return leaf == record.Leaf ? null : Wrong(FindingCodes.IndexChanged, subject, "The index says something else than the volumes.", null, null) with { Expected = record.Leaf.ToString(), Actual = leaf.ToString() };
        }
        catch (LevelDbException e)
        {
            return Wrong(FindingCodes.IndexUnreadable, subject, $"The index could not be read: {e.Message}", null, null);
        }
    }

    private Finding? CompareEntry(byte[] key, byte[] expected, string subject)
    {
        try
        {
            var actual = store.Index.Get(key, snapshot);
            if (actual is null) return Wrong(FindingCodes.IndexMissing, subject, "The index has no such entry.", expected, null);
            _accounted++;
            return actual.AsSpan().SequenceEqual(expected) ? null : Wrong(FindingCodes.IndexChanged, subject, "The index says something else than the volumes.", expected, actual);
        }
        catch (LevelDbException e)
        {
            return Wrong(FindingCodes.IndexUnreadable, subject, $"The index could not be read: {e.Message}", expected, null);
        }
    }

    private IEnumerable<Finding> Backward(CancellationToken ct)
    {
        var (count, unreadable) = Count(ct);
        if (unreadable is not null) return [unreadable];
        return count == _accounted ? [] : Unaccounted(ct);
    }

    private (long Count, Finding? Unreadable) Count(CancellationToken ct)
    {
        try
        {
            long count = 0;
            foreach (var (key, value) in store.Index.Scan(snapshot))
            {
                count += IsChunk(key) ? LeafChunk.Read(key, value).Count : 1;
                ct.ThrowIfCancellationRequested();
            }

            return (count, null);
        }
        catch (LevelDbException e)
        {
            return (0, Wrong(FindingCodes.IndexUnreadable, store.Files.Index, $"The index could not be read to its end: {e.Message}", null, null));
        }
    }

    private IEnumerable<Finding> Unaccounted(CancellationToken ct)
    {
        using var seals = new SealFinder(store.Files);
        foreach (var (key, value) in store.Index.Scan(snapshot))
        {
            ct.ThrowIfCancellationRequested();
            if (!IsAccounted(key, value, seals)) yield return Wrong(FindingCodes.IndexUnexpected, Describe(key), "The volumes give no reason for this entry.", null, value);
        }
    }

    private bool IsAccounted(byte[] key, byte[] value, SealFinder seals)
    {
        try
        {
            if (key[0] == IndexFormat.Volume) return volumes.Contains(IndexFormat.ReadVolume(key, value));
            if (key[0] == IndexFormat.Format) return key.Length == 1 && value.AsSpan().SequenceEqual(IndexFormat.Version);
            return IsChunk(key) ? IsAccounted(LeafChunk.Read(key, value), seals) : IsAccounted(key, seals);
        }
        catch (Exception e) when (e is IOException or LevelDbException or ArgumentException)
        {
            return false;
        }
    }

    private bool IsAccounted(LeafChunk chunk, SealFinder seals)
    {
        for (var leaf = chunk.First; leaf <= chunk.Last; leaf++)
        {
            var indexed = chunk.Leaf(leaf);
            if (_leaves.Find(leaf) != indexed) return false; // another chunk has it too
            if (!IsDamaged(indexed.Place) && RecordAt(indexed.Place, seals)?.Leaf != indexed) return false;
        }

        return true;
    }

    private bool IsAccounted(byte[] key, SealFinder seals)
    {
        if (LeafOf(key) is not { } leaf || _leaves.Find(leaf)?.Place is not { } place) return false;
        return IsDamaged(place) || RecordAt(place, seals)?.Entries().Any(e => e.Key.AsSpan().SequenceEqual(key)) == true;
    }

    /// <summary>The leaf that an entry leads to.</summary>
    private ulong? LeafOf(byte[] key) => key[0] switch
    {
        IndexFormat.Record => store.Index.Get(key, snapshot) is { } leaf ? IndexFormat.ReadNumber(leaf) : null,
        IndexFormat.Seal or IndexFormat.Content => IndexFormat.ReadDigestLeaf(key),
        _ => null,
    };

    private static IndexedRecord? RecordAt(Place place, SealFinder seals) =>
        seals.Read(place) is { } bytes && SealBytes.TryParse(bytes, out var seal, out _) ? IndexedRecord.Of(seal, bytes, place) : null;

    private bool IsDamaged(Place place) =>
        _damaged.Any(d => d.Volume == place.Volume && (long)place.Offset < d.To && d.From < (long)(place.Offset + place.Length));

    private static bool IsChunk(byte[] key) => key.Length > 0 && key[0] == IndexFormat.Leaf;

    private static string Describe(byte[] key) => key.Length == 0 ? "an empty key" : key[0] switch
    {
        IndexFormat.Record => $"record {Hex(key)}",
        IndexFormat.Leaf => $"leaves up to {Hex(key)}",
        IndexFormat.Seal => $"seal {Hex(key)}",
        IndexFormat.Content => $"content {Hex(key)}",
        IndexFormat.Volume => $"volume {Hex(key)}",
        _ => string.Create(CultureInfo.InvariantCulture, $"key {Convert.ToHexStringLower(key)}"),
    };

    private static string Hex(byte[] key) => Convert.ToHexStringLower(key.AsSpan(1));

    private static Finding Wrong(string code, string subject, string message, byte[]? expected, byte[]? actual) =>
        new(code, Severity.Error, Layer.Storage, subject, message, expected is null ? null : Convert.ToHexStringLower(expected), actual is null ? null : Convert.ToHexStringLower(actual));
}

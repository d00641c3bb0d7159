using System.Globalization;
using System.Runtime.CompilerServices;
using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Core.Log;
using Evidence.Storage;
using Evidence.Storage.LevelDb;

namespace Evidence.Node.Events;

/// <summary>An event document as it lies in a log.</summary>
/// <param name="Leaf">Its leaf.</param>
/// <param name="SealSha256">SHA-256 of its seal.</param>
/// <param name="Record">Where its record lies, and what its seal says.</param>
/// <param name="Document">What it says.</param>
internal sealed record FiledDocument(ulong Leaf, Digest SealSha256, StoredRecord Record, EventDocument Document);

/// <summary>
/// The event documents of a log, found in the log itself: the newest by its seal among the entries, those before it by what each says of the one before. No database is
/// believed, so that after a reindex, or on another machine, the chain is where it was.
/// </summary>
internal sealed class EventTrail(LogStore log)
{
    /// <summary>Ranges of one log that are remembered of a document; what has more is remembered with the smallest gaps filled, and read for nothing now and then.</summary>
    internal const int MaxRangesKept = 32;

    private readonly byte[] _end = EventDocument.EndOfSeal(log.Origin);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<(ulong Leaf, IReadOnlyList<EventObjects> Objects)> _documents = []; // so that only those are read that may say something of what is asked for
    private readonly Dictionary<string, ulong> _sealed = new(StringComparer.Ordinal);
    private ulong? _scanned;
    private FiledDocument? _head;

    /// <summary>The newest document; null while there is none.</summary>
    /// <exception cref="InvalidDataException">A document cannot be read, or does not name the one before it.</exception>
    /// <exception cref="IOException">An entry bundle or a volume cannot be read.</exception>
    internal async Task<FiledDocument?> HeadAsync(CancellationToken ct)
    {
        await FollowAsync(ct);
        return _head;
    }

    /// <summary>The last entry of a journal that is sealed; 0 when none is.</summary>
    internal async Task<ulong> SealedAsync(string journal, CancellationToken ct)
    {
        await FollowAsync(ct);
        lock (_documents) return _sealed.GetValueOrDefault(journal);
    }

    /// <summary>The documents from a leaf on and below a size that say something of leaves of a log, in their order.</summary>
    internal async IAsyncEnumerable<FiledDocument> ConcerningAsync(Digest of, Func<EventObjects, bool> concerns, ulong from, ulong size, [EnumeratorCancellation] CancellationToken ct)
    {
        await FollowAsync(ct);
        ulong[] leaves;
        lock (_documents) leaves = [.. _documents.Where(one => one.Leaf >= from && one.Leaf < size && one.Objects.Any(objects => objects.Log == of && concerns(objects))).Select(static one => one.Leaf)];
        foreach (var leaf in leaves)
        {
            var filed = await ReadAsync(leaf, ct);
            if (filed.Document.Events.Any(one => one.Objects.Any(objects => objects.Log == of && concerns(objects)))) yield return filed;
        }
    }

    /// <summary>Every document below a size, in their order.</summary>
    internal async IAsyncEnumerable<FiledDocument> AllAsync(ulong size, [EnumeratorCancellation] CancellationToken ct)
    {
        await FollowAsync(ct);
        ulong[] leaves;
        lock (_documents) leaves = [.. _documents.Select(static one => one.Leaf).Where(leaf => leaf < size)];
        foreach (var leaf in leaves) yield return await ReadAsync(leaf, ct);
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            var size = log.Size;
            if (_scanned is { } scanned) await GoOnAsync(Find(scanned, size), ct);
            else await GoOnAsync(await BackFromAsync(FindLast(size), ct), ct);
            _scanned = size;
        }
        catch (Exception e) when (e is LevelDbException or MissingNodeException)
        {
            throw new InvalidDataException($"The event history of {log.Origin} cannot be read: {e.Message}", e);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task GoOnAsync(IEnumerable<ulong> leaves, CancellationToken ct)
    {
        foreach (var leaf in leaves)
        {
            var filed = await ReadAsync(leaf, ct);
            var expected = _head is { } head ? new PreviousDocument(head.Leaf, head.SealSha256) : (PreviousDocument?)null;
            if (filed.Document.Previous != expected) throw Broken(leaf, "it does not name the document before it");
            lock (_documents)
            {
                _documents.Add((leaf, ObjectsOf(filed.Document)));
                _sealed[filed.Document.Journal] = filed.Document.Through;
            }

            (_head, _scanned) = (filed, leaf + 1);
        }
    }

    private static IReadOnlyList<EventObjects> ObjectsOf(EventDocument document) =>
        [.. document.Events.SelectMany(static one => one.Objects).GroupBy(static objects => objects.Log)
            .Select(static log => new EventObjects(log.Key, LeafRange.Cover(LeafRange.Merge(log.SelectMany(static objects => objects.Leaves)), MaxRangesKept)))];

    /// <summary>The leaves of the documents up to the newest, by what each says of the one before.</summary>
    private async Task<IEnumerable<ulong>> BackFromAsync(ulong? newest, CancellationToken ct)
    {
        var leaves = new Stack<ulong>();
        for (var (leaf, seal) = (newest, (Digest?)null); leaf is { } at;)
        {
            var filed = await ReadAsync(at, ct);
            if (seal is { } named && named != filed.SealSha256) throw Broken(at, "it is not the one that the document behind it names");
            if (filed.Document.Previous is { } previous && previous.Leaf >= at) throw Broken(at, "it names one behind it as the one before it");
            leaves.Push(at);
            (leaf, seal) = (filed.Document.Previous?.Leaf, filed.Document.Previous?.SealSha256);
        }

        return leaves;
    }

    private ulong? FindLast(ulong size)
    {
        for (var end = size; end > 0; end -= (end - 1) % TileId.FullWidth + 1)
            if (Find((end - 1) / TileId.FullWidth * TileId.FullWidth, end).Select(static leaf => (ulong?)leaf).LastOrDefault() is { } last) return last;
        return null;
    }

    private IEnumerable<ulong> Find(ulong from, ulong to)
    {
        for (var leaf = from; leaf < to;)
        {
            var bundle = EntryBundle.Parse(log.ReadTile(TileId.EntryBundleOf(leaf, to)));
            for (var at = (int)(leaf % TileId.FullWidth); at < bundle.Count && leaf < to; at++, leaf++)
                if (bundle[at].Span.EndsWith(_end)) yield return leaf;
        }
    }

    private async Task<FiledDocument> ReadAsync(ulong leaf, CancellationToken ct)
    {
        var seal = EntryBundle.Parse(log.ReadTile(TileId.EntryBundleOf(leaf, log.Size)))[(int)(leaf % TileId.FullWidth)];
        if (MerkleTree.LeafHash(seal.Span) != log.LeafHash(leaf)) throw Broken(leaf, "its seal is not the leaf that the log holds");
        var place = log.FindLeaf(leaf)?.Place ?? throw Broken(leaf, "it is not in the index");
        var record = await log.ReadRecordAsync(place, ct);
        if (!record.SealBytes.AsSpan().SequenceEqual(seal.Span) || record.Seal?.Parts.FirstOrDefault(static part => part.Name == EventDocument.Part) is not { Size: <= EventDocument.MaxSize } part)
            throw Broken(leaf, "its record is not the one that was sealed");
        var bytes = new byte[part.Size];
        await using var content = log.OpenPart(place, EventDocument.Part);
        if (await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct) < bytes.Length || Digest.Of(bytes) != part.Sha256) throw Broken(leaf, "its content is not the one that was sealed");
        return new FiledDocument(leaf, Digest.Of(seal.Span), record, Parse(leaf, bytes));
    }

    private EventDocument Parse(ulong leaf, byte[] bytes)
    {
        try
        {
            return EventDocument.Parse(bytes);
        }
        catch (FormatException e)
        {
            throw Broken(leaf, e.Message);
        }
    }

    private InvalidDataException Broken(ulong leaf, string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The event history of {log.Origin} cannot be followed at leaf {leaf}: {why}. Sweep and repair the log first."));
}

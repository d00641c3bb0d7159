using System.Runtime.InteropServices;
using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Seals;
using Evidence.Storage.Index;

namespace Evidence.Storage.Sweeping;

/// <summary>Holds every byte of many whole records to their seals, with all their messages hashed at once. Not for several threads at once.</summary>
/// <param name="volume">Number of the volume.</param>
/// <param name="closed">Whether the records stand in a manifest.</param>
/// <param name="plan">What is summed for the index.</param>
internal sealed class ChunkExaminer(uint volume, bool closed, SweepPlan plan)
{
    private readonly RecordScan _scan = new(volume);
    private readonly EntryHasher _entries = new(plan.Key);
    private readonly List<ReadRecord> _records = [];
    private readonly List<ScannedPart> _parts = [];
    private readonly List<MessageRange> _messages = []; // contents, then other parts, then seals: those of about one length go well together
    private readonly List<MessageRange> _others = [];
    private readonly List<Digest> _expected = [];
    private readonly List<Digest> _othersExpected = [];
    private readonly List<MessageRange> _seals = [];
    private Digest[] _digests = [];

    /// <summary>What the records give; null when any byte of them is not as it must be.</summary>
    /// <param name="bytes">Whole records.</param>
    /// <param name="offset">Where they begin in the volume.</param>
    internal ChunkReport? Examine(ReadOnlySpan<byte> bytes, long offset)
    {
        Clear();
        for (var at = 0; at < bytes.Length; at += _scan.Length)
        {
            if (!_scan.TryRead(bytes, at)) return null;
            Take(at);
        }

        Hash(bytes);
        for (var i = 0; i < _parts.Count; i++)
            if (_digests[i] != _expected[i]) return null;
        return Report(bytes, offset);
    }

    /// <summary>A record of the chunk that was found in order last, as the index has it.</summary>
    /// <param name="number">Its number in the chunk.</param>
    /// <param name="record">The same record as it was reported.</param>
    internal IndexedRecord Indexed(int number, in OrderedRecord record)
    {
        var (read, contents) = (_records[number], new List<Digest>(1));
        var parts = CollectionsMarshal.AsSpan(_parts).Slice(read.FirstPart, read.PartCount);
        for (var i = 0; i < parts.Length; i++)
            if (parts[i].Role == PartRole.Content && !HasContent(parts[..i], parts[i].Sha256)) contents.Add(parts[i].Sha256);
        return new IndexedRecord(read.Record, new Place(volume, (ulong)record.Offset, (ulong)record.Length, record.Leaf), SealDigests[number], contents);
    }

    /// <summary>The seal of a record of that chunk.</summary>
    internal ReadOnlySpan<byte> Seal(int number, ReadOnlySpan<byte> bytes) => bytes.Slice(_seals[number].Offset, _seals[number].Length);

    private ReadOnlySpan<Digest> SealDigests => _digests.AsSpan(_parts.Count, _seals.Count);

    private ReadOnlySpan<Digest> LeafHashes => _digests.AsSpan(_parts.Count + _seals.Count, _seals.Count);

    private void Clear()
    {
        _entries.Clear();
        _records.Clear();
        _parts.Clear();
        _messages.Clear();
        _others.Clear();
        _expected.Clear();
        _othersExpected.Clear();
        _seals.Clear();
    }

    private void Take(int at)
    {
        _records.Add(new ReadRecord(_scan.Record, _scan.Leaf, at, _scan.Length, _parts.Count, _scan.Parts.Length, _scan.RecordText, _scan.SealName, _scan.ReceivedSeconds));
        _parts.AddRange(_scan.Parts);
        for (var i = 0; i < _scan.Parts.Length; i++)
        {
            var isContent = _scan.Parts[i].Role == PartRole.Content;
            (isContent ? _messages : _others).Add(_scan.Members[i].Data);
            (isContent ? _expected : _othersExpected).Add(_scan.Parts[i].Sha256);
        }

        _seals.Add(_scan.Seal);
    }

    private void Hash(ReadOnlySpan<byte> bytes)
    {
        var (parts, seals) = (_parts.Count, _seals.Count);
        if (_digests.Length < parts + (2 * seals)) _digests = new Digest[(parts + (2 * seals)) * 3 / 2];
        _messages.AddRange(_others);
        _expected.AddRange(_othersExpected);
        _messages.AddRange(_seals);
        BulkSha256.Best.Hash(bytes, CollectionsMarshal.AsSpan(_messages), _digests.AsSpan(0, parts + seals));
        BulkSha256.Best.HashLeaves(bytes, CollectionsMarshal.AsSpan(_seals), _digests.AsSpan(parts + seals, seals));
    }

    private ChunkReport Report(ReadOnlySpan<byte> bytes, long offset)
    {
        var records = new OrderedRecord[_records.Count];
        for (var i = 0; i < records.Length; i++)
        {
            var record = _records[i];
            records[i] = new OrderedRecord(record.Leaf, LeafHashes[i], offset + record.At, record.Length);
            if (record.Leaf < plan.Size) Sum(record, SealDigests[i], records[i]);
        }

        var lines = closed ? ManifestLines.Write(bytes, CollectionsMarshal.AsSpan(_records), CollectionsMarshal.AsSpan(_parts), _seals, SealDigests) : default;
        return new ChunkReport(records, _entries.Sum, lines, DateTimeOffset.FromUnixTimeSeconds(_records[^1].ReceivedSeconds));
    }

    private void Sum(in ReadRecord record, in Digest seal, in OrderedRecord place)
    {
        _entries.AddLeaf(record.Leaf, record.Record, seal, volume, place.Offset, place.Length);
        _entries.AddRecord(record.Record, record.Leaf);
        _entries.AddDigest(IndexFormat.Seal, seal, record.Leaf);
        var parts = CollectionsMarshal.AsSpan(_parts).Slice(record.FirstPart, record.PartCount);
        for (var i = 0; i < parts.Length; i++)
            if (parts[i].Role == PartRole.Content && !HasContent(parts[..i], parts[i].Sha256)) _entries.AddDigest(IndexFormat.Content, parts[i].Sha256, record.Leaf);
    }

    // The index has an entry for each digest, and two parts may have the same.
    private static bool HasContent(ReadOnlySpan<ScannedPart> parts, in Digest sha256)
    {
        foreach (ref readonly var part in parts)
            if (part.Role == PartRole.Content && part.Sha256 == sha256) return true;
        return false;
    }
}

/// <summary>A record of a chunk, read and not yet hashed.</summary>
/// <param name="Record">Its number.</param>
/// <param name="Leaf">Its leaf.</param>
/// <param name="At">Where it begins in the chunk.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="FirstPart">Its first part among those of the chunk.</param>
/// <param name="PartCount">How many it has.</param>
/// <param name="RecordText">Its number as text in the chunk.</param>
/// <param name="SealName">The name of its seal in the chunk.</param>
/// <param name="ReceivedSeconds">When it was received, in seconds from 1970.</param>
internal readonly record struct ReadRecord(RecordId Record, ulong Leaf, int At, int Length, int FirstPart, int PartCount, MessageRange RecordText, MessageRange SealName, long ReceivedSeconds);

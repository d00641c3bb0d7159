using System.Threading.Channels;
using Evidence.Core.Verification;
using Evidence.Storage.Index;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Reindexing;

/// <summary>Records of a volume on their way into the index, and how far the volume is covered with them.</summary>
internal sealed record ReadRecords(IReadOnlyList<IndexedRecord> Records, VolumeState State);

/// <summary>Reads one volume from end to end: every byte is compared, records go to the index and their seals to the spill.</summary>
internal sealed class VolumeReading(string path, uint volume, string origin, SealSpill spill, ChannelWriter<ReadRecords> index, ProgressCount progress)
{
    private const int BatchRecords = 1000;

    private readonly List<Finding> _findings = [];
    private readonly List<Finding> _tail = [];
    private List<IndexedRecord> _batch = new(BatchRecords);
    private long _sound;
    private bool _closed;

    /// <summary>What is wrong with the volume. Bytes behind the last whole record of a volume that is not closed are a warning: an append that never came to its end leaves such, and opening the log cuts them off and keeps them aside. Whether a leaf is missing with them is for the tree to say.</summary>
    internal IReadOnlyList<Finding> Findings => [.. _findings, .. _tail.Select(f => _closed ? f : f with { Severity = Severity.Warning })];

    internal async Task RunAsync(CancellationToken ct)
    {
        using var source = new VolumeFileSource(path, long.MaxValue, fromMedium: false);
        await foreach (var item in VolumeWalker.WalkAsync(source, new VolumeWalk(volume, origin), ct))
        {
            await TakeAsync(item, ct);
            progress.Add(item.Length);
        }

        spill.Flush();
        await index.WriteAsync(new ReadRecords(_batch, new VolumeState(volume, _sound, _closed)), ct);
    }

    private async ValueTask TakeAsync(WalkedItem item, CancellationToken ct)
    {
        if (item.Kind == WalkedKind.Damage)
        {
            _tail.AddRange(item.Findings);
            return;
        }

        _findings.AddRange(_tail); // something follows: no tail
        _tail.Clear();
        _findings.AddRange(item.Findings);
        if (!item.IsIntact) return;
        (_sound, _closed) = (item.Offset + item.Length, _closed || item.Kind == WalkedKind.Closing);
        if (item.Record is not { } record) return;
        if (!spill.TryAdd(record.Place.Leaf, record.SealBytes)) _findings.Add(Misplaced(item, record));
        _batch.Add(IndexedRecord.Of(record));
        if (_batch.Count == BatchRecords) await SendAsync(ct);
    }

    private async ValueTask SendAsync(CancellationToken ct)
    {
        await index.WriteAsync(new ReadRecords(_batch, new VolumeState(volume, _sound, _closed)), ct);
        _batch = new List<IndexedRecord>(BatchRecords);
    }

    private Finding Misplaced(WalkedItem item, WalkedRecord record) => WalkFindings.Range(
        FindingCodes.VolumeUnexpected, volume, item.Offset, item.Length, $"The record {record.Id} is leaf {record.Place.Leaf} and lies behind leaf {spill.Last}.");
}

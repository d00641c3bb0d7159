using Evidence.Core.Verification;

namespace Evidence.Core.Volumes;

/// <summary>One walk over a volume: what comes next at a place.</summary>
internal sealed class VolumeWalkRun(SourceWindow window, VolumeWalk walk, BagTotals totals)
{
    private readonly RecordReader _reader = new(window, walk);
    private readonly RecordExaminer _examiner = new(window, walk);
    private bool _allSealsKnown = walk.Start == 0;

    /// <summary>Whether closing members and end blocks were met.</summary>
    internal bool Closed { get; private set; }

    /// <summary>The items at <paramref name="at"/>, at least one, side by side.</summary>
    internal async ValueTask<IReadOnlyList<WalkedItem>> NextAsync(long at, CancellationToken ct)
    {
        if (Closed) return [Behind(at)];
        if (await _reader.ReadAsync(at, ct) is { } record) return [Taken(new WalkedItem(WalkedKind.Record, at, (long)record.Place.Length, record, []))];
        var ranOut = _reader.RanOut;
        if (await ClosingAsync(at, ct) is { } closing) return [closing];
        var items = await _examiner.ExamineAsync(at, ranOut, ct);
        foreach (var item in items) Taken(item);
        return items;
    }

    private WalkedItem Taken(WalkedItem item)
    {
        if (item.Record is not { } record || item.Findings.Any(f => f.Layer == Layer.Seal)) _allSealsKnown = false;
        else if (walk.ExpectClosed is not false && _allSealsKnown) totals.Add(record.Seal, record.SealBytes, record.Place.Leaf);
        return item;
    }

    private async ValueTask<WalkedItem?> ClosingAsync(long at, CancellationToken ct)
    {
        var known = _allSealsKnown && totals.Count > 0 && walk.ExpectClosed is not false ? totals : null;
        if (!await BeginsAsync(at, known, ct)) return null;
        var reader = new ClosingReader(window, walk, known);
        if (await reader.ReadAsync(at, ct) is not { } closing) return reader.RanOut ? CutOff(at) : null;
        Closed = true;
        return walk.ExpectClosed is not false ? closing : closing with
        {
            Findings = [WalkFindings.Range(FindingCodes.VolumeUnexpected, walk.Volume, at, closing.Length, "The volume is not closed, and files that close it are there.")],
        };
    }

    // The first closing header may itself be damaged: then the length that is left must be that of the closing members.
    private async ValueTask<bool> BeginsAsync(long at, BagTotals? known, CancellationToken ct)
    {
        var bytes = await window.ReadAsync(at, MemberHeader.MaxLength, ct);
        if (MemberHeader.TryRead(bytes.Span, out var header)) return header.Path == VolumeName.Tag(walk.Volume, BagTags.Declaration);
        return walk.ExpectClosed is true && known is not null && window.End - at == BagTags.ClosingLength(known, walk.Origin, walk.Volume);
    }

    private WalkedItem CutOff(long at) => new(WalkedKind.Damage, at, window.End - at, null,
        [WalkFindings.Range(FindingCodes.VolumeMissing, walk.Volume, at, window.End - at, "The files that close the volume begin here, and the rest of them is missing.")]);

    private WalkedItem Behind(long at) => new(WalkedKind.Damage, at, window.End - at, null,
        [WalkFindings.Range(FindingCodes.VolumeUnexpected, walk.Volume, at, window.End - at, "Bytes follow the blocks that end the volume.")]);
}

using System.Collections;
using System.Globalization;
using Evidence.Core.Chain;
using Evidence.Core.Hashing;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Core.Volumes;

namespace Evidence.Core.Backups;

/// <summary>Judges every record of a log by the one engine, and that none is missing up to its checkpoint. Memory: a bit for each leaf.</summary>
internal sealed class LogJudgement
{
    private const long MinRecordBytes = 2 * TarBlock.Size;

    private readonly LogBytes _log;
    private readonly TrustPolicy? _trust;
    private readonly PackageFindings _list;
    private readonly INodeSource? _nodes;
    private readonly BitArray? _seen;
    private (AnchorProof Proof, string Note, AnchorCheck Check)? _anchor;

    internal LogJudgement(LogBytes log, TrustPolicy? trust, PackageFindings list)
    {
        (_log, _trust, _list) = (log, trust, list);
        _nodes = TryNodes();
        // A catalogue can claim any number of leaves; what lies on the medium cannot.
        if (log.Checkpoint.Size <= (ulong)Math.Min(int.MaxValue, log.Volumes.Sum(static v => v.Length - v.Start) / MinRecordBytes)) _seen = new BitArray((int)log.Checkpoint.Size);
    }

    /// <summary>Anchors that have the root of the tree.</summary>
    internal long Anchors { get; private set; }

    /// <summary>On what the leaves rest: those of the anchor that they are judged by, and those behind it.</summary>
    internal string Ground => _anchor is { } anchor
        ? string.Create(CultureInfo.InvariantCulture, $"{Anchors} anchors have the root that the log gives; the first {anchor.Proof.Size} leaves are judged by the anchor in block {anchor.Proof.BlockNumber}{Behind(_log.Checkpoint.Size - anchor.Proof.Size)}.")
        : $"no anchor has the root that the log gives{Behind(_log.Checkpoint.Size)}.";

    /// <summary>Judges the log; each record is told, and each volume at its end.</summary>
    internal void Run(Action<Verdict> judged, Action<VolumeJudged> volume, RecordId? only, CancellationToken ct)
    {
        CheckCheckpoint();
        var selection = new AnchorSelection(_log, _nodes, _trust, _list);
        _anchor = selection.Choose();
        Anchors = selection.Agreeing;
        foreach (var bytes in _log.Volumes) volume(Judge(bytes, judged, only, ct));
        CheckComplete();
    }

    private void CheckCheckpoint()
    {
        var (stated, subject) = (_log.Checkpoint, $"checkpoint of {_log.Checkpoint.Origin}");
        try
        {
            var note = SignedNote.Parse(_log.CheckpointNote);
            if (Checkpoint.Parse(note.Text) != stated) _list.Error(FindingCodes.TileChanged, subject, "The checkpoint is not the one up to which the copy is said to be complete.", stated.Text, note.Text);
        }
        catch (FormatException e)
        {
            _list.Error(FindingCodes.TileUnreadable, subject, $"The checkpoint cannot be read: {e.Message}");
        }
    }

    private TileNodeSource? TryNodes()
    {
        if (_log.ReadTile is not { } read) return null;
        var nodes = new TileNodeSource(_log.Checkpoint.Size, read, BulkSha256.Framework);
        try
        {
            if (TreeRoot.At(_log.Checkpoint.Size, nodes) is var root && root == _log.Checkpoint.Root) return nodes;
            _list.Error(FindingCodes.TileChanged, "tiles", "The tiles do not give the root of the checkpoint.", _log.Checkpoint.Root.ToString(), root.ToString());
        }
        catch (Exception e) when (e is MissingNodeException or IOException)
        {
            _list.Error(FindingCodes.TileMissing, "tiles", $"The tiles of the tree are not all there: {e.Message}");
        }

        return null;
    }

    private VolumeJudged Judge(VolumeBytes bytes, Action<Verdict> judged, RecordId? only, CancellationToken ct)
    {
        var (first, last, counts) = ((ulong?)null, 0UL, default(RecordCounts));
        using var source = bytes.Open();
        foreach (var item in VolumeWalker.WalkAsync(source, bytes.WalkOf(_log.Checkpoint.Origin), ct).ToBlockingEnumerable(ct))
        {
            foreach (var finding in item.Findings.Where(f => item.Record is null || f.Layer == Layer.Storage)) _list.Add(finding with { Layer = Layer.Package });
            if (item.Record is not { } record) continue;
            See(record.Place.Leaf, item);
            (first, last) = (first ?? record.Place.Leaf, record.Place.Leaf);
            if (only is { } one && record.Id != one) continue;
            var verdict = RecordVerifier.Verify(EvidenceOf(item, record, source), _trust);
            counts = counts.With(verdict.Whole);
            judged(verdict);
        }

        return new VolumeJudged(_log.Checkpoint.Origin, bytes.Number, first ?? 0, last, counts, source.Length);
    }

    private void See(ulong leaf, WalkedItem item)
    {
        if (_seen is null || item.Findings.Any(static f => f.Layer == Layer.Seal)) return;
        if (leaf >= (ulong)_seen.Length) _list.Warning(FindingCodes.VolumeUnexpected, Subject(leaf), "A record lies in the volumes beyond the checkpoint up to which they are said to be complete.");
        else if (_seen[(int)leaf]) _list.Error(FindingCodes.VolumeUnexpected, Subject(leaf), "The leaf lies in the volumes twice.");
        else _seen[(int)leaf] = true;
    }

    private void CheckComplete()
    {
        if (_seen is null)
        {
            _list.Error(FindingCodes.SealMissing, _log.Checkpoint.Origin, string.Create(CultureInfo.InvariantCulture, $"The volumes are too small to hold {_log.Checkpoint.Size} records, or the log is too large for this program."));
            return;
        }

        for (var leaf = 0; leaf < _seen.Length; leaf++)
        {
            if (_seen[leaf]) continue;
            var from = leaf;
            while (leaf + 1 < _seen.Length && !_seen[leaf + 1]) leaf++;
            _list.Error(FindingCodes.SealMissing, string.Create(CultureInfo.InvariantCulture, $"leaves {from} to {leaf} of {_log.Checkpoint.Origin}"), "No record with these leaves is in the volumes.");
        }
    }

    private RecordEvidence EvidenceOf(WalkedItem item, WalkedRecord record, JoinedPieces source)
    {
        var covering = _anchor is { } anchor && record.Place.Leaf < anchor.Proof.Size ? _anchor : null;
        var (size, note) = covering is { } c ? (c.Proof.Size, c.Note) : (_log.Checkpoint.Size, _log.CheckpointNote);
        var parts = new RecordParts(source, item, record);
        return new RecordEvidence
        {
            Record = record.Id,
            Seal = record.SealBytes,
            Parts = parts.Observed,
            SmallPart = parts.Small,
            ContentDigest = parts.Hash,
            LogKeys = _log.Keys,
            Leaf = record.Place.Leaf,
            Inclusion = TryInclude(record.Place.Leaf, size),
            CheckpointNote = note,
            Anchor = covering?.Proof,
            AnchorCheck = covering?.Check,
            Observed = [.. item.Findings.Where(static f => f.Layer == Layer.Seal)],
        };
    }

    // Without a proof the record's log layer is undetermined, which is what is known then.
    private IReadOnlyList<Digest>? TryInclude(ulong leaf, ulong size)
    {
        if (_nodes is null || leaf >= size) return null;
        try
        {
            return InclusionProof.Make(leaf, size, _nodes);
        }
        catch (Exception e) when (e is MissingNodeException or IOException)
        {
            return null;
        }
    }

    private static string Behind(ulong leaves) => leaves == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {leaves} leaves are not anchored, and rest on the log's own signature alone");

    private static string Subject(ulong leaf) => string.Create(CultureInfo.InvariantCulture, $"leaf {leaf}");
}

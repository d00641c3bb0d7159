using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Evidence.Storage.Volumes;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Backups;

/// <summary>Copies what is new of a volume: up to its last record below the checkpoint, and what closes it. Every byte is compared before it is copied; what is not as it must be is copied as it is, and said.</summary>
internal sealed class VolumeCopy(SourceLog log, uint volume, string path)
{
    private const int BufferBytes = 1 << 20;
    private const int Sector = 4096;

    private readonly List<Finding> _findings = [];
    private readonly List<Finding> _tail = [];
    private long _to;
    private long _leaves;
    private bool _closed;
    private Digest _walked;

    /// <summary>What was not as it must be in the piece.</summary>
    internal IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The piece from a byte on that is to be copied; null when there is none.</summary>
    internal async Task<VolumePiece?> WalkAsync(long from, Action<long> walked, CancellationToken ct)
    {
        var hashed = await WalkAsync(from, long.MaxValue, walked, ct);
        // What lies behind the piece was read with it: once more and no further, to have the digest of the piece alone.
        for (var before = long.MaxValue; _findings.Count == 0 && _to > from && hashed != _to && _to < before;) hashed = await WalkAsync(from, before = _to, static _ => { }, ct);
        return _to > from ? new VolumePiece(volume, from, _to, _leaves, _closed, _findings.Count > 0) : null;
    }

    /// <summary>The piece as it was copied: damaged, when the copy is not of the bytes that were compared.</summary>
    internal VolumePiece Compare(VolumePiece piece, Digest copied)
    {
        if (piece.Damaged || copied == _walked) return piece;
        _findings.Add(WalkFindings.Range(FindingCodes.VolumeChanged, volume, piece.From, piece.To - piece.From, "The disk gave other bytes when the range was copied than when it was compared: disk or memory fails. The next backup copies it again."));
        return piece with { Damaged = true };
    }

    /// <summary>Copies a piece. What the disk cannot give is zeros: the piece is known to be damaged then.</summary>
    internal void Copy(VolumePiece piece, MediumOutput output, CancellationToken ct)
    {
        using var file = FileReads.Open(path, FileOptions.SequentialScan);
        var buffer = new byte[BufferBytes];
        for (var at = piece.From; at < piece.To;)
        {
            ct.ThrowIfCancellationRequested();
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, piece.To - at));
            Read(file, part, at, piece.Damaged);
            output.Write(part);
            at += part.Length;
        }
    }

    /// <summary>Walks up to a limit. The result is where the bytes end that <see cref="_walked"/> is of.</summary>
    private async Task<long> WalkAsync(long from, long limit, Action<long> walked, CancellationToken ct)
    {
        (_to, _leaves, _closed) = (from, 0, false);
        _findings.Clear();
        _tail.Clear();
        using var file = new VolumeFileSource(path, limit, fromMedium: false);
        using var source = new WalkedBytes(file, from);
        var walk = new VolumeWalk(volume, log.Keys.Origin) { Start = from, LeafHash = log.LeafHash };
        if (from < source.Length)
        {
            await foreach (var item in VolumeWalker.WalkAsync(source, walk, ct))
            {
                if (item.Record is { } record && record.Place.Leaf >= log.Size) break; // goes on at the next backup, with all that follows
                Take(item);
                walked(item.Length);
            }
        }

        if (_closed) Keep(_to); // nothing but a fault lies behind the blocks that end a volume
        _walked = source.Sha256;
        return source.To;
    }

    // Damage at the end may be a record that is being written: it counts once something follows it.
    private void Take(WalkedItem item)
    {
        if (item.Kind == WalkedKind.Damage)
        {
            _tail.AddRange(item.Findings);
            return;
        }

        Keep(item.Offset + item.Length);
        _findings.AddRange(item.Findings);
        _closed |= item.Kind == WalkedKind.Closing;
        if (item.Record is not null && item.Findings.All(static finding => finding.Layer != Layer.Seal)) _leaves++;
    }

    private void Keep(long to)
    {
        _findings.AddRange(_tail);
        _tail.Clear();
        _to = to;
    }

    private void Read(SafeFileHandle file, Span<byte> into, long at, bool damaged)
    {
        try
        {
            if (FileReads.ReadFully(file, into, at) < into.Length) throw new EndOfStreamException($"{path} became shorter while it was copied.");
        }
        catch (IOException e) when (damaged && e is not EndOfStreamException)
        {
            for (var done = 0; done < into.Length; done += Sector) ReadSector(file, into.Slice(done, Math.Min(Sector, into.Length - done)), at + done);
        }
    }

    private static void ReadSector(SafeFileHandle file, Span<byte> into, long at)
    {
        try
        {
            FileReads.ReadFully(file, into, at);
        }
        catch (IOException)
        {
            into.Clear();
        }
    }
}

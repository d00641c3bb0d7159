using System.Buffers;
using Evidence.Core;
using Evidence.Storage.Durable;
using Evidence.Storage.Sweeping;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Mirroring;

/// <summary>
/// Judges bytes of a peer's volume that lie behind the mirror's durable length, many records at once, and says only that all of them are in order. Of others, and of what it cannot judge (a record too long for memory),
/// it says nothing: <see cref="MirrorCheck"/> walks them and names what is wrong. It keeps what the closing members must say of a volume's records while it sees all of these. One append at a time.
/// </summary>
internal sealed class OrderedIntake(LogStore store, Func<ulong, Digest?>? proven)
{
    private const int Stretch = 4 << 20;
    private static readonly SweepPlan NothingSummed = new(new SweepSeed(0, default), static (_, _) => default);

    private BagTotals? _totals;
    private uint _volume;
    private long _end = -1; // how far _totals reaches; -1: of a stretch that was not taken

    /// <summary>What the bytes give; null when they must be walked.</summary>
    internal async Task<MirroredRecords?> TryReadAsync(VolumeState state, string path, long end, bool closed, CancellationToken ct)
    {
        Begin(state);
        var taken = new MirroredRecords(state, [], []);
        using var file = new MediumReader(path, fromMedium: false);
        if (!TryReadRecords(file, taken, end, out var at, out var stopped, ct) || (stopped && !closed)) return null;
        taken.State = state with { DurableLength = at };
        if (closed)
        {
            if (!await IsClosedRightlyAsync(state.Number, path, at, end, ct)) return null;
            taken.State = new VolumeState(state.Number, end, true);
        }

        _end = taken.State.DurableLength;
        return taken;
    }

    private void Begin(VolumeState state)
    {
        if (state.DurableLength == 0) Renew(new BagTotals());
        else if (state.Number != _volume || state.DurableLength != _end) Renew(null);
        (_volume, _end) = (state.Number, -1);
    }

    private void Renew(BagTotals? totals)
    {
        _totals?.Dispose();
        _totals = totals;
    }

    private bool TryReadRecords(MediumReader file, MirroredRecords taken, long end, out long at, out bool stopped, CancellationToken ct)
    {
        var (examiner, prefix, novelty) = (new ChunkExaminer(taken.State.Number, closed: true, NothingSummed), RecordPath.Prefix(taken.State.Number), new RecordNovelty(store, proven));
        var buffer = ArrayPool<byte>.Shared.Rent(Stretch);
        try
        {
            for (at = taken.State.DurableLength, stopped = false; at < end && !stopped;)
            {
                ct.ThrowIfCancellationRequested();
                var bytes = buffer.AsSpan(0, file.Read(buffer.AsSpan(0, (int)Math.Min(Stretch, end - at)), at));
                var length = RecordCut.Find(bytes, prefix, out stopped);
                if (length == 0) return stopped || at + bytes.Length == end; // the end of a record is still to come; or it is longer than the stretch
                if (!TryTake(examiner, bytes[..length], at, novelty, taken)) return false;
                at += length;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool TryTake(ChunkExaminer examiner, ReadOnlySpan<byte> bytes, long at, RecordNovelty novelty, MirroredRecords taken)
    {
        if (examiner.Examine(bytes, at) is not { } report) return false;
        try
        {
            for (var i = 0; i < report.Records.Length; i++)
            {
                var record = examiner.Indexed(i, report.Records[i]);
                if (!novelty.Is(record, report.Records[i].LeafHash)) return false;
                taken.Records.Add(record);
                taken.Seals.Add(examiner.Seal(i, bytes).ToArray());
            }

            _totals?.Add(report.Lines.Bytes, report.Lines.Files, report.Lines.Octets, report.LastReceived);
            return true;
        }
        finally
        {
            report.Lines.Return();
        }
    }

    private async Task<bool> IsClosedRightlyAsync(uint volume, string path, long at, long end, CancellationToken ct)
    {
        if (_totals is not { Count: > 0 }) return false;
        using var source = new VolumeFileSource(path, end, fromMedium: false);
        using var window = new SourceWindow(source, end);
        return await new ClosingReader(window, new VolumeWalk(volume, store.Origin), _totals).ReadAsync(at, ct) is { IsIntact: true } closing && closing.Offset + closing.Length == end;
    }
}

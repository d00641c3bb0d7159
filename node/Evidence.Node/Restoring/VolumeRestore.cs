using System.Collections.Concurrent;
using Evidence.Core.Verification;
using Evidence.Node.Replication;
using Evidence.Storage;

namespace Evidence.Node.Restoring;

/// <summary>
/// Fetches every volume from whichever peer has it, several at a time. A record is kept only if its seal is one of the proven leaves and its parts are what the seal says. Where one peer's bytes do not prove, the next
/// is asked for them; where nobody's do, a gap of zeros is left, everything behind it is taken all the same, and in the end everybody is asked for the records of the gap one by one.
/// </summary>
internal sealed class VolumeRestore(LogStore copy, ProvenLeaves leaves, RestoreSources sources, RestoreGaps gaps, TimeProvider time, IProgress<RestoreProgress> progress)
{
    private const int AtOnce = 2; // one volume is proven and written while another comes

    private readonly ConcurrentDictionary<uint, MirrorWriter> _writers = [];
    private readonly Dictionary<uint, List<Offer>> _offers = [];
    private readonly HashSet<(Offer Offer, long At)> _stuck = [];
    private readonly HashSet<(Offer Offer, long At)> _passedOver = [];
    private readonly Lock _gate = new();
    private long _total;
    private long _done;

    internal async Task RunAsync(CancellationToken ct)
    {
        foreach (var peer in sources.Good) await sources.TryAsync(peer, () => AskAsync(peer, ct), time, ct);
        _total = _offers.Values.Sum(offers => offers.Max(offer => offer.Volume.Length));
        _done = copy.Volumes.Sum(volume => volume.DurableLength);
        progress.Report(new RestoreProgress(RestoreStage.Volumes, _done, _total));
        await FillAsync(gaps.All, ct);
        var asked = gaps.All;
        await RestoreAsync(_offers.Keys.Order(), ct);
        var filled = await FillAsync(gaps.All.Except(asked), ct);
        lock (_gate) _stuck.RemoveWhere(entry => filled.Contains(entry.Offer.Volume.Number)); // what closes them may prove now
        await RestoreAsync(filled, ct);
    }

    /// <summary>Bytes that peers hold behind what is proven: records that the log had not signed yet when it was lost, or inventions. Nothing vouches for them.</summary>
    internal IEnumerable<Finding> FindUnproven()
    {
        foreach (var (number, offers) in _offers.OrderBy(entry => entry.Key))
        {
            var here = copy.Volumes.FirstOrDefault(volume => volume.Number == number)?.DurableLength ?? 0;
            foreach (var offer in offers.Where(offer => offer.Volume.Length > here && _stuck.Contains((offer, here))))
                yield return new Finding(FindingCodes.VolumeUnexpected, Severity.Warning, Layer.Storage, $"volume {number}",
                    $"{offer.Peer.Name} holds {offer.Volume.Length - here} bytes behind the last record that the log's signature proves: they were not taken. Records among them may have been acknowledged; ask for them there.");
        }
    }

    /// <summary>Volumes that are closed at every peer, and of which nobody gave the files that close them so that they prove.</summary>
    internal IEnumerable<Finding> FindUnclosed() =>
        from entry in _offers.OrderBy(entry => entry.Key)
        let here = Here(entry.Key)
        where !here.Closed && here.DurableLength > 0 && entry.Value.All(offer => offer.Volume.Length > here.DurableLength && offer.Volume.Closed)
        select new Finding(FindingCodes.VolumeMissing, Severity.Error, Layer.Storage, $"volume {entry.Key}", $"It ends at byte {here.DurableLength}: no peer that was asked gave what closes it so that it proves.");

    private MirrorWriter WriterOf(uint number) => _writers.GetOrAdd(number, _ => new MirrorWriter(copy, leaves.Find));

    private VolumeState Here(uint number) => copy.Volumes.FirstOrDefault(volume => volume.Number == number) ?? new VolumeState(number, 0, false);

    /// <summary>Asks everybody for what stands in gaps, record by record; the numbers of the volumes in which some is filled.</summary>
    private async Task<HashSet<uint>> FillAsync(IEnumerable<RestoreGap> asked, CancellationToken ct)
    {
        var filled = new HashSet<uint>();
        foreach (var gap in asked)
        {
            if (Here(gap.Volume).DurableLength < gap.End) gaps.Replace(gap, []); // a crash before it counted: there is no such gap
            foreach (var offer in (_offers.GetValueOrDefault(gap.Volume) ?? []).Where(offer => offer.Volume.Length >= gap.End))
                foreach (var part in gaps.All.Where(part => part.IsWithin(gap)))
                    if (sources.Good.Contains(offer.Peer)) await sources.TryAsync(offer.Peer, () => FillAsync(offer.Peer, part, ct), time, ct);
            if (!gaps.All.Contains(gap)) filled.Add(gap.Volume);
        }

        return filled;
    }

    private async Task FillAsync(IPeer peer, RestoreGap gap, CancellationToken ct)
    {
        try
        {
            await using var bytes = new ChunkStream(peer.ReadVolumeAsync(copy.Origin, gap.Volume, gap.Offset, gap.Length, ct), ct);
            gaps.Replace(gap, await WriterOf(gap.Volume).FillAsync(gap.Volume, gap.Offset, bytes, gap.Length, ct));
        }
        catch (UnprovenBytesException e)
        {
            sources.Damaged(peer, gap.Volume, gap.Offset, new PeerUntrueException(peer.Name, $"volume {gap.Volume} from byte {gap.Offset}: {e.Message}"));
        }
    }

    private async Task AskAsync(IPeer peer, CancellationToken ct)
    {
        foreach (var volume in await peer.ListVolumesAsync(copy.Origin, ct))
        {
            if (!_offers.TryGetValue(volume.Number, out var offers)) _offers[volume.Number] = offers = [];
            offers.Add(new Offer(peer, volume));
        }
    }

    private Task RestoreAsync(IEnumerable<uint> numbers, CancellationToken ct)
    {
        var parallel = new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Math.Max(AtOnce, sources.Good.Count) };
        return Parallel.ForEachAsync(numbers, parallel, async (number, token) => await RestoreAsync(number, token));
    }

    private async Task RestoreAsync(uint number, CancellationToken ct)
    {
        while (true)
        {
            var here = Here(number);
            if (here.Closed) return;
            if (Next(here) is { } offer) await RestoreAsync(offer, here.DurableLength, null, ct);
            else if (NextToPassOver(here) is { } damaged) await RestoreAsync(damaged, here.DurableLength, (at, length) => gaps.Add(new RestoreGap(number, at, length)), ct);
            else return;
        }
    }

    private async Task RestoreAsync(Offer offer, long from, Action<long, long>? leaveOut, CancellationToken ct)
    {
        if (await sources.TryAsync(offer.Peer, () => TakeAsync(offer, from, end => from = Advance(offer.Peer, from, end), leaveOut, ct), time, ct)) Stuck(offer);
    }

    // The link may break again and again: what has come is not asked for twice.
    private async Task TakeAsync(Offer offer, long from, Action<long> advance, Action<long, long>? leaveOut, CancellationToken ct)
    {
        var here = Math.Max(from, Here(offer.Volume.Number).DurableLength);
        try
        {
            await PiecePull.TakeAsync(offer.Peer, copy, WriterOf(offer.Volume.Number), offer.Volume, here, advance, ct, leaveOut);
        }
        catch (PeerUntrueException e) when (e.Unproven is { } place)
        {
            sources.Damaged(offer.Peer, place.Volume, place.Offset, e);
        }
    }

    private long Advance(IPeer peer, long from, long end)
    {
        if (end > from) sources.Heard(peer);
        lock (_gate) progress.Report(new RestoreProgress(RestoreStage.Volumes, _done += end - from, _total));
        return end;
    }

    // Nothing more comes of it from where the volume ends now; it may again behind what another peer gives.
    private void Stuck(Offer offer)
    {
        lock (_gate) _stuck.Add((offer, Here(offer.Volume.Number).DurableLength));
    }

    /// <summary>Who is asked next: whoever holds the most, each volume of another one where several hold the same.</summary>
    private Offer? Next(VolumeState here)
    {
        var good = sources.Good;
        lock (_gate)
        {
            var more = _offers[here.Number].Where(offer => offer.Volume.Length > here.DurableLength && !_stuck.Contains((offer, here.DurableLength)) && good.Contains(offer.Peer)).ToList();
            var most = more.Where(offer => offer.Volume.Length == more.Max(other => other.Volume.Length)).ToList();
            return most.Count == 0 ? null : most[(int)(here.Number % most.Count)];
        }
    }

    /// <summary>Who is asked for what follows bytes that nobody gave so that they prove; null when everybody was.</summary>
    private Offer? NextToPassOver(VolumeState here)
    {
        var good = sources.Good;
        lock (_gate)
            return _offers[here.Number].FirstOrDefault(offer => offer.Volume.Length > here.DurableLength && good.Contains(offer.Peer) && _passedOver.Add((offer, here.DurableLength)));
    }

    private sealed record Offer(IPeer Peer, PeerVolume Volume);
}

using Evidence.Core.Verification;
using Evidence.Node.Replication;
using Evidence.Storage;

namespace Evidence.Node.Restoring;

/// <summary>Fetches every volume from whichever peer has it, several at a time. A record is kept only if its seal is one of the proven leaves and its parts are what the seal says.</summary>
internal sealed class VolumeRestore(LogStore copy, ProvenLeaves leaves, RestoreSources sources, TimeProvider time, IProgress<RestoreProgress> progress)
{
    private readonly MirrorWriter _writer = new(copy, leaves.Find);
    private readonly Dictionary<uint, List<Offer>> _offers = [];
    private readonly HashSet<Offer> _drained = [];
    private readonly Lock _gate = new();
    private long _total;
    private long _done;

    internal async Task RunAsync(CancellationToken ct)
    {
        foreach (var peer in sources.Good) await sources.TryAsync(peer, () => AskAsync(peer, ct), time, ct);
        _total = _offers.Values.Sum(offers => offers.Max(offer => offer.Volume.Length));
        _done = copy.Volumes.Sum(volume => volume.DurableLength);
        progress.Report(new RestoreProgress(RestoreStage.Volumes, _done, _total));
        var parallel = new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Math.Max(1, sources.Good.Count) };
        await Parallel.ForEachAsync(_offers.Keys.Order(), parallel, async (number, token) => await RestoreAsync(number, token));
    }

    /// <summary>Bytes that peers hold behind what is proven: records that the log had not signed yet when it was lost, or inventions. Nothing vouches for them.</summary>
    internal IEnumerable<Finding> FindUnproven()
    {
        foreach (var (number, offers) in _offers.OrderBy(entry => entry.Key))
        {
            var here = copy.Volumes.FirstOrDefault(volume => volume.Number == number)?.DurableLength ?? 0;
            foreach (var offer in offers.Where(offer => offer.Volume.Length > here && _drained.Contains(offer)))
                yield return new Finding(FindingCodes.VolumeUnexpected, Severity.Warning, Layer.Storage, $"volume {number}",
                    $"{offer.Peer.Name} holds {offer.Volume.Length - here} bytes behind the last record that the log's signature proves: they were not taken. Records among them may have been acknowledged; ask for them there.");
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

    private async Task RestoreAsync(uint number, CancellationToken ct)
    {
        while (true)
        {
            var here = copy.Volumes.FirstOrDefault(volume => volume.Number == number) ?? new VolumeState(number, 0, false);
            if (here.Closed || Next(here) is not { } offer) return;
            var from = here.DurableLength;
            if (await sources.TryAsync(offer.Peer, () => TakeAsync(offer, from, end => from = Advance(offer.Peer, from, end), ct), time, ct)) Drained(offer);
        }
    }

    // The link may break again and again: what has come is not asked for twice.
    private Task TakeAsync(Offer offer, long from, Action<long> advance, CancellationToken ct)
    {
        var here = Math.Max(from, copy.Volumes.FirstOrDefault(volume => volume.Number == offer.Volume.Number)?.DurableLength ?? 0);
        return PiecePull.TakeAsync(offer.Peer, copy, _writer, offer.Volume, here, advance, ct);
    }

    private long Advance(IPeer peer, long from, long end)
    {
        if (end > from) sources.Heard(peer);
        lock (_gate) progress.Report(new RestoreProgress(RestoreStage.Volumes, _done += end - from, _total));
        return end;
    }

    private void Drained(Offer offer)
    {
        lock (_gate) _drained.Add(offer);
    }

    /// <summary>Who is asked next: whoever holds the most, each volume of another one where several hold the same.</summary>
    private Offer? Next(VolumeState here)
    {
        var good = sources.Good;
        lock (_gate)
        {
            var more = _offers[here.Number].Where(offer => offer.Volume.Length > here.DurableLength && !_drained.Contains(offer) && good.Contains(offer.Peer)).ToList();
            var most = more.Where(offer => offer.Volume.Length == more.Max(other => other.Volume.Length)).ToList();
            return most.Count == 0 ? null : most[(int)(here.Number % most.Count)];
        }
    }

    private sealed record Offer(IPeer Peer, PeerVolume Volume);
}

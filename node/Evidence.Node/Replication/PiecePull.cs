using System.Runtime.ExceptionServices;
using Evidence.Storage;

namespace Evidence.Node.Replication;

/// <summary>
/// Takes a peer's volume into a copy of its log, piece by piece: while one is proven and written, the next one comes, and no more. What came before a link broke is kept,
/// so that even a link that breaks again and again brings the volume over in the end.
/// </summary>
internal static class PiecePull
{
    /// <summary>Bytes that are proven and made to last together.</summary>
    internal const int PieceBytes = 16 << 20;

    private const int ChunksAhead = 64;

    /// <summary>Takes the bytes from <paramref name="from"/> on.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="copy">The copy.</param>
    /// <param name="writer">Its writer.</param>
    /// <param name="volume">The volume as the peer offers it.</param>
    /// <param name="from">Where the copy ends.</param>
    /// <param name="taken">Hears how far it reaches.</param>
    /// <param name="ct">Ends it; what was proven is kept.</param>
    /// <param name="leaveOut">Hears of each gap that is left where bytes do not prove and some behind them do; null: none is.</param>
    /// <exception cref="PeerUntrueException">The bytes do not prove; those before them were taken.</exception>
    /// <exception cref="PeerUnreachableException">The link broke; what came before was taken.</exception>
    internal static async Task TakeAsync(IPeer peer, LogStore copy, MirrorWriter writer, PeerVolume volume, long from, Action<long> taken, CancellationToken ct, Action<long, long>? leaveOut = null)
    {
        var wasParked = false;
        try
        {
            using var parked = ParkedBytes.Open(copy.Folder, peer.Name, volume.Number, from);
            wasParked = parked.Length > 0;
            await TakeAsync(parked, peer, copy, writer, volume, from, end => taken(from = end), wasParked ? null : leaveOut, ct);
            return;
        }
        catch (PeerUntrueException) when (wasParked)
        {
            // A crash may have left half of what was parked, or this node's disk has changed it: the peer answers only for what it sends now.
        }

        using var anew = ParkedBytes.Open(copy.Folder, peer.Name, volume.Number, from);
        await TakeAsync(anew, peer, copy, writer, volume, from, taken, leaveOut, ct);
    }

    private static async Task TakeAsync(ParkedBytes parked, IPeer peer, LogStore copy, MirrorWriter writer, PeerVolume volume, long from, Action<long> taken, Action<long, long>? leaveOut, CancellationToken ct)
    {
        var (wanted, broken) = ((long)PieceBytes, default(PeerUnreachableException));
        try
        {
            await foreach (var chunk in FetchAsync(peer, copy.Origin, volume, from + parked.Length, ct))
            {
                if (parked.Length + chunk.Length > ParkedBytes.MostInMemory) copy.CheckRoom(chunk.Length);
                await parked.AddAsync(chunk, ct);
                if (parked.Length < wanted) continue;
                var end = await HandOnAsync(peer, writer, volume, from, parked, leaveOut, ct);
                // A record that is larger than what came: looked at again when there is twice as much.
                wanted = end == from ? 2 * parked.Length : Math.Max(PieceBytes, parked.Length + (PieceBytes / 2));
                taken(from = end);
            }
        }
        catch (PeerUnreachableException e)
        {
            broken = e;
        }

        // Once more behind what was taken: what does not prove there is named.
        for (var at = -1L; parked.Length > 0 && at < from;)
        {
            at = from;
            taken(from = await HandOnAsync(peer, writer, volume, from, parked, leaveOut, ct));
        }

        if (broken is not null) ExceptionDispatchInfo.Throw(broken);
    }

    private static IAsyncEnumerable<ReadOnlyMemory<byte>> FetchAsync(IPeer peer, string origin, PeerVolume volume, long start, CancellationToken ct) => start >= volume.Length
        ? AsyncEnumerable.Empty<ReadOnlyMemory<byte>>()
        : ReadAhead.Of(peer.ReadVolumeAsync(origin, volume.Number, start, volume.Length - start, ct), ChunksAhead, ct);

    private static async Task<long> HandOnAsync(IPeer peer, MirrorWriter writer, PeerVolume volume, long from, ParkedBytes parked, Action<long, long>? leaveOut, CancellationToken ct)
    {
        try
        {
            var isLast = volume.Closed && from + parked.Length == volume.Length;
            var end = await writer.AppendAsync(volume.Number, from, parked.Read(), isLast, ct, leaveOut);
            await parked.DropAsync(end - from, ct);
            return end;
        }
        catch (UnprovenBytesException e)
        {
            parked.Discard();
            var finding = e.Findings.Count > 0 ? e.Findings[0] : null;
            throw new PeerUntrueException(peer.Name, $"volume {volume.Number} from byte {from}: {e.Message}", finding?.Expected, finding?.Actual) { Unproven = (volume.Number, from) };
        }
    }
}

using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Replication.Possession;

namespace Evidence.Node.Replication;

/// <summary>The peers of this node and what is to be thought of each. A peer that answered wrongly is never a source until it passes again.</summary>
internal sealed class PeerBook(IReadOnlyList<IPeer> peers, AlertBook alerts, TimeProvider time)
{
    /// <summary>How long a peer may be silent before that is an alert.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // How long ago it was says the second one: the first may be set back.
    private readonly Dictionary<string, (DateTimeOffset Time, long Timestamp)> _heard = peers.ToDictionary(peer => peer.Name, _ => (time.GetUtcNow(), time.GetTimestamp()));
    private readonly Lock _gate = new();

    internal IReadOnlyList<IPeer> All => peers;

    /// <summary>The verdict outlives a restart: it is the open alert itself.</summary>
    internal bool IsTrue(IPeer peer) => alerts.FindOpen(UntrueCause(peer.Name)) is null && alerts.FindOpen(PossessionCause(peer.Name)) is null;

    /// <summary>Asks every peer whether it holds a log.</summary>
    internal async Task<PeerSources> FindSourcesAsync(string origin, CancellationToken ct)
    {
        var holding = new List<(IPeer Peer, bool IsWriter)>();
        var passedOver = new List<(string Peer, string Reason)>();
        foreach (var peer in peers)
        {
            try
            {
                if (!IsTrue(peer)) passedOver.Add((peer.Name, $"Peer {peer.Name} answered wrongly before, and is no source until it proves again."));
                else if ((await peer.ListLogsAsync(ct)).FirstOrDefault(log => log.Origin == origin) is { } log) holding.Add((peer, log.IsOwn));
            }
            catch (Exception e) when (e is PeerUnreachableException or PeerUntrueException)
            {
                passedOver.Add((peer.Name, e.Message));
            }
        }
        return new PeerSources([.. holding.OrderByDescending(source => source.IsWriter).Select(source => source.Peer)], passedOver);
    }

    /// <summary>A whole round with the peer proved.</summary>
    internal async Task PassedAsync(IPeer peer, CancellationToken ct)
    {
        lock (_gate) _heard[peer.Name] = (time.GetUtcNow(), time.GetTimestamp());
        await alerts.CloseAsync(DownCause(peer.Name), "the peer answers again", "", ct);
        await alerts.CloseAsync(UntrueCause(peer.Name), "a whole round with the peer proved", "", ct);
    }

    internal async Task UntrueAsync(IPeer peer, string origin, string code, PeerUntrueException e, CancellationToken ct)
    {
        lock (_gate) _heard[peer.Name] = (time.GetUtcNow(), time.GetTimestamp());
        await alerts.CloseAsync(DownCause(peer.Name), "the peer answers again", "", ct);
        var finding = new Finding(code, Severity.Error, Layer.Log, peer.Name, e.Message, e.Expected, e.Actual);
        await alerts.OpenAsync(UntrueCause(peer.Name), Severity.Error, origin, $"{e.Message} Nothing is taken from it until it proves again.", [finding], ct);
    }

    /// <summary>The peer does not have the bytes that it should, and says otherwise.</summary>
    internal Task PossessionWrongAsync(IPeer peer, string origin, PossessionRange range, Digest expected, Digest actual, CancellationToken ct)
    {
        var what = $"Peer {peer.Name} holds other bytes than the log's in volume {range.Volume}, bytes {range.Offset} to {range.Offset + range.Length - 1}, and does not say so.";
        var stretch = PossessionBook.Stretch(peer.Name, origin, range.Volume, range.Offset / PossessionBook.SegmentBytes);
        var finding = new Finding(FindingCodes.PeerWrong, Severity.Error, Layer.Storage, stretch, what, expected.ToString(), actual.ToString());
        var others = alerts.FindOpen(PossessionCause(peer.Name))?.Findings.Where(known => known.Subject != stretch) ?? [];
        return alerts.OpenAsync(PossessionCause(peer.Name), Severity.Error, origin, $"{what} It is no source for repair until it proves these again.", [.. others, finding], ct);
    }

    /// <summary>Nothing is known any more that the peer answered wrongly. That closes the alert only when every stretch that it names was proven since: what is known could have been lost.</summary>
    internal async Task ProvenAsync(IPeer peer, Func<DateTimeOffset, IReadOnlySet<string>> provenSince, CancellationToken ct)
    {
        if (alerts.FindOpen(PossessionCause(peer.Name)) is not { } alert) return;
        var proven = provenSince(alert.Opened);
        if (alert.Findings.All(finding => proven.Contains(finding.Subject))) await alerts.CloseAsync(PossessionCause(peer.Name), "proofs of possession", "", ct);
    }

    internal async Task SilentAsync(IPeer peer, PeerUnreachableException e, CancellationToken ct)
    {
        (DateTimeOffset Time, long Timestamp) heard;
        lock (_gate) heard = _heard[peer.Name];
        if (time.GetElapsedTime(heard.Timestamp) < Patience) return;
        var finding = new Finding(FindingCodes.PeerUnreachable, Severity.Warning, Layer.Storage, peer.Name, $"Peer {peer.Name} does not answer.");
        var message = $"Peer {peer.Name} has not answered since {AlertEventJson.Time(heard.Time)}; what it writes is not mirrored meanwhile.";
        await alerts.OpenAsync(DownCause(peer.Name), Severity.Warning, "", message, [finding], ct);
    }

    /// <summary>Whether an alert is about a peer that does not answer, or whose answers do not prove.</summary>
    internal static bool IsOfPeer(string cause) => cause.Split(':')[0] is "peer-untrue" or "peer-possession" or "peer-down";

    internal static string UntrueCause(string peer) => $"peer-untrue:{peer}";

    internal static string PossessionCause(string peer) => $"peer-possession:{peer}";

    internal static string DownCause(string peer) => $"peer-down:{peer}";
}

/// <summary>Where the bytes of a log can be had.</summary>
/// <param name="Holding">Peers that hold it, its writer first.</param>
/// <param name="PassedOver">Peers that may hold it and cannot be asked, and why not.</param>
internal sealed record PeerSources(IReadOnlyList<IPeer> Holding, IReadOnlyList<(string Peer, string Reason)> PassedOver);

using System.Runtime.CompilerServices;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring;

namespace Evidence.Node.Replication;

/// <summary>The peers of this node and what is to be thought of each. A peer that answered wrongly is never a source until it passes again.</summary>
internal sealed class PeerBook(IReadOnlyList<IPeer> peers, AlertBook alerts, TimeProvider time)
{
    /// <summary>How long a peer may be silent before that is an alert.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, DateTimeOffset> _heard = peers.ToDictionary(peer => peer.Name, _ => time.GetUtcNow());
    private readonly Lock _gate = new();

    internal IReadOnlyList<IPeer> All => peers;

    /// <summary>The verdict outlives a restart: it is the open alert itself.</summary>
    internal bool IsTrue(IPeer peer) => alerts.FindOpen(UntrueCause(peer)) is null;

    /// <summary>Peers that hold a log and may be asked for its bytes, its writer first.</summary>
    internal async IAsyncEnumerable<IPeer> SourcesAsync(string origin, [EnumeratorCancellation] CancellationToken ct)
    {
        var others = new List<IPeer>();
        foreach (var peer in peers.Where(IsTrue))
        {
            var log = await FindLogAsync(peer, origin, ct);
            if (log is { IsOwn: true }) yield return peer;
            else if (log is not null) others.Add(peer);
        }
        foreach (var peer in others) yield return peer;
    }

    /// <summary>A whole round with the peer proved.</summary>
    internal async Task PassedAsync(IPeer peer, CancellationToken ct)
    {
        lock (_gate) _heard[peer.Name] = time.GetUtcNow();
        await alerts.CloseAsync(DownCause(peer), "the peer answers again", "", ct);
        await alerts.CloseAsync(UntrueCause(peer), "a whole round with the peer proved", "", ct);
    }

    internal async Task UntrueAsync(IPeer peer, string origin, string code, PeerUntrueException e, CancellationToken ct)
    {
        lock (_gate) _heard[peer.Name] = time.GetUtcNow();
        await alerts.CloseAsync(DownCause(peer), "the peer answers again", "", ct);
        var finding = new Finding(code, Severity.Error, Layer.Log, peer.Name, e.Message, e.Expected, e.Actual);
        await alerts.OpenAsync(UntrueCause(peer), Severity.Error, origin, $"{e.Message} Nothing is taken from it until it proves again.", [finding], ct);
    }

    internal async Task SilentAsync(IPeer peer, PeerUnreachableException e, CancellationToken ct)
    {
        DateTimeOffset heard;
        lock (_gate) heard = _heard[peer.Name];
        if (time.GetUtcNow() - heard < Patience) return;
        var finding = new Finding(FindingCodes.PeerUnreachable, Severity.Warning, Layer.Storage, peer.Name, $"Peer {peer.Name} does not answer.");
        var message = $"Peer {peer.Name} has not answered since {AlertEventJson.Time(heard)}; what it writes is not mirrored meanwhile.";
        await alerts.OpenAsync(DownCause(peer), Severity.Warning, "", message, [finding], ct);
    }

    private static async Task<PeerLog?> FindLogAsync(IPeer peer, string origin, CancellationToken ct)
    {
        try
        {
            return (await peer.ListLogsAsync(ct)).FirstOrDefault(log => log.Origin == origin);
        }
        catch (Exception e) when (e is PeerUnreachableException or PeerUntrueException)
        {
            return null; // no source now; the puller speaks of it
        }
    }

    private static string UntrueCause(IPeer peer) => $"peer-untrue:{peer.Name}";

    private static string DownCause(IPeer peer) => $"peer-down:{peer.Name}";
}

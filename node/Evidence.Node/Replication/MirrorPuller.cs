using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Node.Logs;
using Evidence.Storage;

namespace Evidence.Node.Replication;

/// <summary>One round with one peer: its log is mirrored, proven against its checkpoint and the ledger, and cosigned.</summary>
/// <remarks>
/// Every step goes on from what is on the medium, so a round that was cut short is simply followed by the next one.
/// Nothing enters the mirror before the tree that it makes has the root that the peer signed.
/// </remarks>
internal sealed partial class MirrorPuller(
    NodeLogs logs, PeerBook peers, PeerOrigins origins, TrustedLogs trusted, VolumePull volumes, AnchorCopy anchors, Witness witness, ILogger<MirrorPuller> logger)
{
    /// <summary>A whole round; says whether the mirror has grown.</summary>
    internal Task<bool> RoundAsync(IPeer peer, CancellationToken ct) => TryAsync(peer, whole: true, ct);

    /// <summary>Only takes over what is new of the log, without a look at the ledger and at proofs; says whether the mirror has grown.</summary>
    internal Task<bool> FollowAsync(IPeer peer, CancellationToken ct) => TryAsync(peer, whole: false, ct);

    private async Task<bool> TryAsync(IPeer peer, bool whole, CancellationToken ct)
    {
        var (origin, grew) = ("", false);
        try
        {
            var (own, stated) = await FindOwnLogAsync(peer, ct);
            origin = own.Origin;
            var mirror = await OpenMirrorAsync(peer, stated, ct);
            if (mirror != logs.Own) origins.Pin(peer.Name, origin);
            var size = mirror.Size;
            var hasAny = await PullAsync(peer, mirror, stated, ct);
            grew = mirror.Size > size;
            if (!whole) return grew;
            if (hasAny) await ProveAsync(peer, mirror, own, ct);
            await peers.PassedAsync(peer, ct);
        }
        catch (PeerUntrueException e)
        {
            await peers.UntrueAsync(peer, origin, FindingCodes.PeerWrong, e, ct);
        }
        catch (PeerUnreachableException e)
        {
            await peers.SilentAsync(peer, e, ct);
        }
        catch (LedgerException e)
        {
            LogLedger(peer.Name, e.Message); // mirrored, and neither believed nor doubted: the next round asks the ledger again
        }

        return grew;
    }

    /// <summary>Takes over what is new; false when there is nothing yet.</summary>
    private async Task<bool> PullAsync(IPeer peer, LogStore mirror, LogKeyHistory stated, CancellationToken ct)
    {
        // Set back, or put up again by someone who has the retired key.
        if (!stated.Extends(mirror.Keys))
            throw new PeerUntrueException(peer.Name, "it states fewer rotations of its log's key than it stated before.", Describe(mirror.Keys), Describe(stated));
        if (await PeerCheckpoint.FetchAsync(peer, mirror, stated, ct) is not { } seen) return false;
        await volumes.PullAsync(peer, mirror, seen.Checkpoint, ct);
        await TakeKeysAsync(peer, mirror, stated, ct);
        if (mirror.Checkpoint?.Text != seen.Note.Text) await mirror.PublishAsync(seen.Note, ct);
        return true;
    }

    private async Task ProveAsync(IPeer peer, LogStore mirror, PeerLog own, CancellationToken ct)
    {
        if (own.Candidate is { } candidate) await witness.CosignCandidateAsync(peer, mirror, PeerCheckpoint.Parse(peer, candidate, mirror.Keys), ct);
        await anchors.CopyAsync(peer, mirror, ct);
        await witness.CosignAsync(peer, mirror, ct);
    }

    private static string Describe(LogKeyHistory keys) => string.Join(" then ", keys.Keys);

    /// <summary>Takes over a rotation of the log's key once the tree that it names is here.</summary>
    private static async Task TakeKeysAsync(IPeer peer, LogStore mirror, LogKeyHistory keys, CancellationToken ct)
    {
        try
        {
            await mirror.FollowAsync(keys, ct);
        }
        catch (UnprovenBytesException e)
        {
            throw new PeerUntrueException(peer.Name, e.Message, e.Findings[0].Expected, e.Findings[0].Actual);
        }
    }

    private async Task<(PeerLog Log, LogKeyHistory Keys)> FindOwnLogAsync(IPeer peer, CancellationToken ct)
    {
        var own = (await peer.ListLogsAsync(ct)).Where(log => log.IsOwn).ToList();
        if (own.Count != 1) throw new PeerUntrueException(peer.Name, $"it states {own.Count} logs of its own instead of one.");
        return (own[0], trusted.Accept(peer, own[0]));
    }

    private async Task<LogStore> OpenMirrorAsync(IPeer peer, LogKeyHistory keys, CancellationToken ct)
    {
        try
        {
            return await logs.OpenMirrorAsync(keys, ct);
        }
        catch (InvalidOperationException e)
        {
            throw new PeerUntrueException(peer.Name, e.Message); // another key, or another node's log, under a name that is known
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What {Peer} gave could not be checked against the ledger: {Reason}")]
    private partial void LogLedger(string peer, string reason);
}

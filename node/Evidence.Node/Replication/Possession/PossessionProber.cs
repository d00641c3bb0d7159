using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring;
using Evidence.Storage;
using Grpc.Core;

namespace Evidence.Node.Replication.Possession;

/// <summary>Has one peer prove what it holds: of each log that both hold some stretches a round, those first that it answered wrongly, then those whose proof is the oldest.</summary>
internal sealed partial class PossessionProber(NodeLogs logs, PeerBook peers, PeerOrigins origins, PossessionBook book, NodeOptions options, TimeProvider time, ILogger<PossessionProber> logger)
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly SweepPace _pace = new(options.Replicas.ProofBytesPerSecond, time);

    /// <exception cref="PeerUnreachableException">No answer: nothing is known, and what was proven ages.</exception>
    internal async Task RoundAsync(IPeer peer, CancellationToken ct)
    {
        if (origins.Find(peer.Name) is not { } prover) return; // it has not stated its own log yet: nobody can be held to an answer
        var round = new Round();
        foreach (var stated in await peer.ListLogsAsync(ct))
        {
            book.State(peer.Name, stated.Place, stated.Medium);
            if (logs.Find(stated.Origin) is not { } log) continue;
            var theirs = (await peer.ListVolumesAsync(stated.Origin, ct)).ToDictionary(volume => volume.Number, volume => volume.Length);
            foreach (var range in Due(peer, log, theirs)) await ChallengeAsync(new Challenge(peer, prover, log, range, round), ct);
        }

        if (!book.IsWrong(peer.Name)) await peers.ProvenAsync(peer, since => book.ProvenBy(peer.Name, since), ct);
    }

    /// <summary>As many stretches as must be proven in each round for every proof to be renewed twice before it is too old.</summary>
    private List<PossessionRange> Due(IPeer peer, LogStore log, Dictionary<uint, long> theirs)
    {
        var all = new List<(PossessionRange Range, SegmentState State)>();
        foreach (var volume in log.Volumes)
        {
            var length = Math.Min(volume.DurableLength, theirs.GetValueOrDefault(volume.Number));
            for (var segment = 0; segment < PossessionBook.SegmentsOf(length); segment++)
            {
                var offset = segment * PossessionBook.SegmentBytes;
                all.Add((new PossessionRange(volume.Number, offset, Math.Min(PossessionBook.SegmentBytes, length - offset)), book.Find(peer.Name, log.Origin, volume.Number, segment)));
            }
        }

        var rounds = options.Replicas.ProofAge / options.Replicas.ProveEvery!.Value / 2;
        return [.. all.OrderByDescending(entry => entry.State.Wrong is not null)
            .ThenByDescending(entry => entry.State.Length < entry.Range.Length && entry.State.Proven is null)
            .ThenBy(entry => entry.State.Proven ?? DateTimeOffset.MinValue)
            .Take((int)Math.Max(1, Math.Ceiling(all.Count / Math.Max(rounds, 1)))).Select(entry => entry.Range)];
    }

    private async Task ChallengeAsync(Challenge challenge, CancellationToken ct)
    {
        var (peer, _, log, range, _) = challenge;
        var segment = (int)(range.Offset / PossessionBook.SegmentBytes);
        try
        {
            // A repair may lie between the two reads: only what differs twice, under two nonces, differs.
            if (await AskAsync(challenge, ct) is null || await AskAsync(challenge, ct) is null) book.Set(peer.Name, log.Origin, range.Volume, segment, new SegmentState(range.Length, time.GetUtcNow(), null));
            else await JudgeAsync(challenge, segment, ct);
        }
        catch (PeerUntrueException e) when (e.InnerStatus is StatusCode.NotFound or StatusCode.OutOfRange or StatusCode.DataLoss)
        {
            // It says itself that it does not have them: no lie, and no copy.
            book.Set(peer.Name, log.Origin, range.Volume, segment, book.Find(peer.Name, log.Origin, range.Volume, segment) with { Length = 0, Proven = null });
            LogLacks(peer.Name, log.Origin, range.Volume, e.Message);
        }
        catch (IOException e)
        {
            LogUnread(log.Origin, range.Volume, e.Message); // nothing was compared: the sweep reports what cannot be read here
        }
    }

    /// <summary>What had to be answered and what was, where the two differ; null when they do not.</summary>
    private static async Task<(Digest Expected, Digest Actual)?> AskAsync(Challenge challenge, CancellationToken ct)
    {
        var (peer, prover, log, range, _) = challenge;
        var nonce = RandomNumberGenerator.GetBytes(PossessionProof.NonceBytes);
        var answers = await peer.ProvePossessionAsync(log.Origin, nonce, [range], ct);
        if (answers.Count != 1) throw new PeerUntrueException(peer.Name, $"it gives {answers.Count} proofs of possession of one range.");
        var expected = await PossessionProof.ComputeAsync(log, prover, nonce, range, ct);
        return answers[0] == expected ? null : (expected, answers[0]);
    }

    // Somebody's bytes are wrong: this node's own are held to the log before the peer is accused. They may have been repaired just before they were, so that only an answer to bytes that were
    // in order beforehand tells against the peer.
    private async Task JudgeAsync(Challenge challenge, int segment, CancellationToken ct)
    {
        var (peer, _, log, range, round) = challenge;
        if (!round.OwnCopies.TryGetValue((log.Origin, range.Volume), out var isIntact))
        {
            if (round.HasFoundIntact)
            {
                book.Set(peer.Name, log.Origin, range.Volume, segment, book.Find(peer.Name, log.Origin, range.Volume, segment) with { Length = 0, Proven = null }); // whose bytes are wrong, a later round finds out
                return;
            }

            round.OwnCopies[(log.Origin, range.Volume)] = false; // also one that cannot be read to its end
            isIntact = round.OwnCopies[(log.Origin, range.Volume)] = await IsOwnCopyIntactAsync(log, range.Volume, ct);
            round.HasFoundIntact = isIntact;
            if (!isIntact) LogOwnCopy(log.Origin, range.Volume, peer.Name);
        }

        if (!isIntact) return; // what the peer proved before stands, and ages: its copy may be the one to repair from
        if (await AskAsync(challenge, ct) is not { } differs)
        {
            book.Set(peer.Name, log.Origin, range.Volume, segment, new SegmentState(range.Length, time.GetUtcNow(), null));
            return;
        }

        var since = book.Find(peer.Name, log.Origin, range.Volume, segment).Wrong ?? time.GetUtcNow();
        book.Set(peer.Name, log.Origin, range.Volume, segment, new SegmentState(0, null, since));
        book.Save(); // a crash after this: the next round finds it wrong once more, and raises the alert then
        await peers.PossessionWrongAsync(peer, log.Origin, range, differs.Expected, differs.Actual, ct);
    }

    // One at a time and no faster than proofs are given: who answers wrongly must not keep this node's medium busy.
    private async Task<bool> IsOwnCopyIntactAsync(LogStore log, uint volume, CancellationToken ct)
    {
        await _reading.WaitAsync(ct);
        try
        {
            using var source = log.OpenVolume(volume, fromMedium: true);
            await foreach (var item in VolumeWalker.WalkAsync(new PacedSource(source, _pace), log.WalkOf(volume), ct))
                if (!item.IsIntact) return false;
            return true;
        }
        finally
        {
            _reading.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Peer} does not have volume {Volume} of {Log} as it should: {Reason}")]
    private partial void LogLacks(string peer, string log, uint volume, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Volume {Volume} of {Log} cannot be read here, so nobody's possession of it was checked: {Reason}")]
    private partial void LogUnread(string log, uint volume, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Volume {Volume} of {Log} is damaged here, so the answer of {Peer}, which differs, says nothing against it; the sweep repairs it")]
    private partial void LogOwnCopy(string log, uint volume, string peer);

    private sealed record Challenge(IPeer Peer, string Prover, LogStore Log, PossessionRange Range, Round Round);

    /// <summary>To judge a wrong answer a whole volume of this node is read: each once in a round, and none any more when one was intact, so that a peer has no more than that read by answering wrongly.</summary>
    private sealed class Round
    {
        /// <summary>Whether this node's own copy of a volume held to the log, where it was read.</summary>
        internal Dictionary<(string Origin, uint Volume), bool> OwnCopies { get; } = [];

        internal bool HasFoundIntact { get; set; }
    }
}

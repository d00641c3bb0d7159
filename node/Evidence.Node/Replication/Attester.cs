using Evidence.Ledger;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Replication.Possession;
using Evidence.Storage;

namespace Evidence.Node.Replication;

/// <summary>
/// States on the ledger, by this node's operator key, up to which anchor it holds a verified copy of each log that it mirrors: one transaction for the
/// newest anchor, and none while there is no newer one. Replication does not wait for it.
/// </summary>
internal sealed partial class Attester(
    NodeLogs logs, AnchorBook anchors, PossessionBook possession, AlertBook alerts, ILedger ledger, OperatorKey key, NodeOptions options, TimeProvider time, ILogger<Attester> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Replication.AttestEvery!.Value, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                foreach (var mirror in logs.Mirrors.Values) await TryAttestAsync(mirror, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the node stops; the ledger knows what was stated, and the next start goes on from there
        }
    }

    private async Task TryAttestAsync(LogStore mirror, CancellationToken ct)
    {
        try
        {
            await AttestAsync(mirror, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(mirror.Origin, e.Message); // the ledger is away, or does not take it: the next round asks what it holds, and tries again
        }
    }

    private async Task AttestAsync(LogStore mirror, CancellationToken ct)
    {
        // Read before the damage is looked for: an anchor that is checked later waits for the next round.
        if (anchors.NewestChecked(mirror.Keys.LogId, anchor => IsProven(mirror, anchor.Size)) is not { } newest || ReplicaMatrix.IsDamaged(alerts, mirror.Origin)) return;
        // What was stated stands on the ledger alone: a crash after handing in, or a ledger that was set back, needs no other memory.
        var attested = await ledger.AttestationsAsync(mirror.Keys.LogId, ct);
        if (attested.FirstOrDefault(entry => entry.Replica == key.Address)?.Size >= newest.Size) return;
        var transaction = await ledger.AttestAsync(key, mirror.Keys.LogId, newest.Size, newest.Root, ct);
        LogAttested(mirror.Origin, newest.Size, transaction);
    }

    /// <summary>Whether all bytes up to a leaf have lately been compared with a peer's, under a fresh nonce: what was right when it was mirrored may not be any more.</summary>
    private bool IsProven(LogStore mirror, ulong size)
    {
        if (options.Replicas.ProveEvery is null) return true;
        if (mirror.FindLeaf(size - 1)?.Place is not { } last) return false;
        var since = time.GetUtcNow() - options.Replicas.ProofAge;
        return mirror.Volumes.Where(volume => volume.Number <= last.Volume).All(volume =>
        {
            var length = volume.Number < last.Volume ? volume.DurableLength : (long)(last.Offset + last.Length);
            return options.Peers.Any(peer => possession.ProvenOf(peer.Name, mirror.Origin, volume.Number, length, since).Bytes >= length);
        });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Stated on the ledger: a verified copy of {Log} up to the anchor of {Size} leaves, transaction {Transaction}")]
    private partial void LogAttested(string log, ulong size, string transaction);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The copy of {Log} could not be attested on the ledger: {Reason}")]
    private partial void LogFailed(string log, string reason);
}

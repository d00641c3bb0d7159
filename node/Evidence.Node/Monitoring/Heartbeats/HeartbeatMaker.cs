using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Logs;

namespace Evidence.Node.Monitoring.Heartbeats;

/// <summary>Makes this node's heartbeat from what its own books say.</summary>
internal sealed class HeartbeatMaker(NodeLogs logs, SweepBook sweeps, LogSigner signer, TimeProvider time)
{
    private DateTimeOffset? _firstReceived;

    internal async Task<SignedNote> MakeAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var sweep = sweeps.LatestWhole;
        // A record that came while the sweep ran, or since, has waited for less long than the sweep has been going.
        var since = sweep?.Started ?? await FirstReceivedAsync(ct) ?? now;
        return new Heartbeat(logs.Own.Origin, now, sweep?.Ended, sweep?.Outcome ?? Outcome.None, since).SignedBy(signer);
    }

    /// <summary>When the first record came; null while there is none.</summary>
    private async Task<DateTimeOffset?> FirstReceivedAsync(CancellationToken ct)
    {
        if (_firstReceived is null && logs.Own.FindLeaf(0) is { } first) _firstReceived = (await logs.Own.ReadRecordAsync(first.Place, ct)).Seal?.Received ?? DateTimeOffset.UnixEpoch;
        return _firstReceived;
    }
}

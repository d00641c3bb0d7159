using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Places;

namespace Evidence.Node.Monitoring.Heartbeats;

/// <summary>Makes this node's heartbeat from what its own books say.</summary>
internal sealed class HeartbeatMaker(NodeLogs logs, SweepBook sweeps, SweepPlaces places, LogSigner signer, TimeProvider time)
{
    internal SignedNote Make()
    {
        var now = time.GetUtcNow();
        var sweep = sweeps.LatestWhole;
        // What a sweep left out because another one had read it waits for longer than that sweep has been going.
        return new Heartbeat(logs.Own.Origin, now, sweep?.Ended, sweep?.Outcome ?? Outcome.None, places.OldestUnchecked(logs.All) ?? now).SignedBy(signer);
    }
}

using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Replication;
using Grpc.Core;

namespace Evidence.Node.Monitoring.Heartbeats;

/// <summary>Judges the heartbeats of one peer. Only a fresh one that the key of its log has signed counts; the lack of it is an alert, and so is a sweep that is overdue.</summary>
internal sealed class HeartbeatCheck(IHeartbeatSource peer, NodeLogs logs, PeerOrigins origins, AlertBook alerts, HeartbeatOptions options, TimeProvider time)
{
    // How long ago it was says the second one: the first may be set back.
    private (DateTimeOffset Time, long Timestamp) _heard = (time.GetUtcNow(), time.GetTimestamp());

    internal static string AbsentCause(string peer) => $"heartbeat-absent:{peer}";

    internal static string OverdueCause(string peer) => $"sweep-overdue:{peer}";

    internal async Task RoundAsync(CancellationToken ct)
    {
        try
        {
            await HeardAsync(Prove(await peer.GetAsync(ct)), ct);
        }
        catch (RpcException e)
        {
            if (!ct.IsCancellationRequested) await SilentAsync($"It does not answer ({e.StatusCode}).", ct);
        }
        catch (FormatException e)
        {
            await SilentAsync(e.Message, ct);
        }
    }

    /// <exception cref="FormatException">It is no heartbeat of this peer from now.</exception>
    private Heartbeat Prove(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > Heartbeat.MaxSize) throw new FormatException($"What it calls a heartbeat has {bytes.Length} bytes.");
        var note = SignedNote.Parse(bytes.Span);
        var beat = Heartbeat.Parse(note.Text);
        if (beat.Origin != origins.Find(peer.Name)) throw new FormatException($"It is of the log '{beat.Origin}', which is not known to be that of this peer.");
        if (!logs.Mirrors.TryGetValue(beat.Origin, out var mirror)) throw new FormatException($"It is of the log '{beat.Origin}', which is not mirrored here: its key is not known.");
        if (!note.IsSignedBy(mirror.Keys.Current)) throw new FormatException($"It is not signed by the key of '{beat.Origin}'.");
        var age = time.GetUtcNow() - beat.Made;
        if (age.Duration() > options.SilentAfter) throw new FormatException($"It was made at {AlertEventJson.Time(beat.Made)}: an old one is given out again, or the clocks differ.");
        return beat;
    }

    private async Task HeardAsync(Heartbeat beat, CancellationToken ct)
    {
        _heard = (time.GetUtcNow(), time.GetTimestamp());
        await alerts.CloseAsync(AbsentCause(peer.Name), "a fresh heartbeat", "", ct);
        if (beat.Made - beat.UncheckedSince <= options.SweepWithin) await alerts.CloseAsync(OverdueCause(peer.Name), "a heartbeat after a whole sweep", "", ct);
        else await alerts.OpenAsync(OverdueCause(peer.Name), Severity.Error, beat.Origin, Overdue(beat), [Found(beat.Origin, "Records were not checked in time.")], ct);
    }

    private async Task SilentAsync(string reason, CancellationToken ct)
    {
        if (time.GetElapsedTime(_heard.Timestamp) < options.SilentAfter) return;
        var message = $"Nothing has been heard of the monitor of peer {peer.Name} since {AlertEventJson.Time(_heard.Time)}. {reason} Whether its records are checked is not known: look at that node.";
        if (alerts.FindOpen(AbsentCause(peer.Name)) is null) await alerts.OpenAsync(AbsentCause(peer.Name), Severity.Error, "", message, [Found(peer.Name, reason)], ct);
    }

    private string Overdue(Heartbeat beat) =>
        $"Peer {peer.Name} has records that were not checked since {AlertEventJson.Time(beat.UncheckedSince)}. "
        + (beat.SweepEnded is { } ended ? $"Its last whole sweep ended at {AlertEventJson.Time(ended)} ({beat.Outcome.ToString().ToUpperInvariant()})." : "No sweep of it has ever read everything.")
        + " Have it sweep, and look why it does not by itself.";

    private static Finding Found(string subject, string message) => new(FindingCodes.SweepNotRun, Severity.Error, Layer.Storage, subject, message);
}

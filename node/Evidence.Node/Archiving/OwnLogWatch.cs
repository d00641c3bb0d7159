using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Replication;

namespace Evidence.Node.Archiving;

/// <summary>
/// Asks each peer once after the start which checkpoint of this node's own log it mirrors. One that this node signed and that the log does
/// not reach shows that the data folder was set back: nothing is appended until the missing records are restored. A peer cannot forge it.
/// </summary>
internal sealed partial class OwnLogWatch(
    NodeLogs logs, PeerBook peers, AppendGate gate, AlertBook alerts, TimeProvider time, ILogger<OwnLogWatch> logger) : BackgroundService
{
    internal const string Alert = "log-behind-mirror";
    internal const string UnconfirmedAlert = "log-unconfirmed";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int RoundsThatCount = 5;
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private Checkpoint? _ahead;
    private int _unconfirmed;

    /// <summary>Asks the peers that are up before the first record is taken.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await AskAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_ahead is not null || _answered.Count < peers.All.Count || gate.Why(AppendGate.Unconfirmed) is not null)
        {
            await Task.Delay(Pause, time, stoppingToken);
            await AskAsync(stoppingToken);
        }
    }

    private async Task AskAsync(CancellationToken ct)
    {
        try
        {
            var silent = peers.All.Where(p => !_answered.Contains(p.Name)).ToList();
            foreach (var answer in await Task.WhenAll(silent.Select(p => AskAsync(p, ct))))
            {
                if (answer is not var (peer, checkpoint)) continue;
                if (checkpoint is not null && !Reaches(checkpoint) && (_ahead is null || checkpoint.Size > _ahead.Size)) _ahead = checkpoint;
                _answered.Add(peer.Name); // only now: one that could not be compared is asked again
            }

            await JudgeAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    private async Task<(IPeer Peer, Checkpoint? Mirrored)?> AskAsync(IPeer peer, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            var note = await peer.GetCheckpointAsync(logs.Own.Origin, either.Token);
            return (peer, note is null ? null : Read(note));
        }
        catch (Exception e) when (e is PeerUnreachableException or PeerUntrueException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return null; // asked again in the next round
        }
    }

    private Checkpoint? Read(byte[] note)
    {
        try
        {
            var signed = SignedNote.Parse(note);
            var checkpoint = Checkpoint.Parse(signed.Text);
            return logs.Own.Keys.SignerOf(signed, checkpoint.Size) is null ? null : checkpoint;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private bool Reaches(Checkpoint checkpoint) => checkpoint.Size <= logs.Own.Size && logs.Own.RootAt(checkpoint.Size) == checkpoint.Root;

    private async Task JudgeAsync(CancellationToken ct)
    {
        if (_ahead is { } ahead && Reaches(ahead)) _ahead = null;
        if (_answered.Count > 0) gate.Open(AppendGate.Unconfirmed); // an answer that shows a longer log closes the gate for that
        await JudgeUnconfirmedAsync(ct);
        if (_ahead is null)
        {
            gate.Open(AppendGate.Mirror);
            if (_answered.Count == peers.All.Count) await alerts.CloseAsync(Alert, "comparison of the log with its mirrors", "", ct);
            return;
        }
        var message = $"A peer mirrors {_ahead.Size} leaves of this log under this node's own signature, and the log of {logs.Own.Size} leaves does not hold them: it was set back.";
        gate.Close(AppendGate.Mirror, $"{message} Nothing is appended until the missing records are restored from a replica.");
        var finding = new Finding(
            FindingCodes.AnchorChanged, Severity.Error, Layer.Log, logs.Own.Origin, "The log does not extend a checkpoint that it signed.", $"{_ahead.Size} leaves", $"{logs.Own.Size} leaves");
        await alerts.OpenAsync(Alert, Severity.Error, logs.Own.Origin, message, [finding], ct);
    }

    // The moments after a start are nobody's business.
    private async Task JudgeUnconfirmedAsync(CancellationToken ct)
    {
        if (gate.Why(AppendGate.Unconfirmed) is not { } why) await alerts.CloseAsync(UnconfirmedAlert, "an answer that confirms the log", "", ct);
        else if (++_unconfirmed >= RoundsThatCount) await alerts.OpenAsync(UnconfirmedAlert, Severity.Error, logs.Own.Origin, $"Records are refused. {why}", [], ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The peers could not be asked how far they mirror the own log")]
    private partial void LogFailed(Exception e);
}

using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Ledger;
using Evidence.Node.Archiving;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Storage;

namespace Evidence.Node.Anchoring;

/// <summary>
/// One round of anchoring: compare ledger, proofs and log, then anchor what is new. The same code resumes after a crash: an anchor that was
/// handed in and not captured is found on the ledger and captured, one that never arrived is handed in again.
/// </summary>
internal sealed partial class AnchorRound(
    NodeLogs logs, NodeKeys keys, ILedger ledger, AnchorHistories histories, CheckpointPublisher publisher, AppendGate gate, AnchorCandidate candidate, AnchorAlerts alerts, TimeProvider time, ILogger<AnchorRound> logger)
{
    private readonly LogStore _log = logs.Own;
    private readonly AnchorHistory _history = histories.Of(logs.Own);
    private readonly ChainHistory _chain = new(ledger, logs.Own.Keys.LogId);
    private static readonly TimeSpan CaptureAgainAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ConfirmationPatience = TimeSpan.FromSeconds(5);
    private readonly Dictionary<LedgerAnchor, long> _uncaptured = [];
    private int _agreed;

    /// <summary>Leaves that the ledger held an anchor of when it was last asked; null before.</summary>
    internal ulong? Anchored { get; private set; }

    /// <summary>
    /// Closes the gate when the log is shorter than its newest anchor by the node's own proofs. This needs no ledger, so that a log that was
    /// set back cannot grow into a second history while the ledger is away.
    /// </summary>
    internal void CheckOwnProofs()
    {
        if (NewestBeyondLog() is not null) CloseGate();
    }

    /// <summary>Asks the ledger whether the log was set back, where nobody has answered that since the start. Whoever waits for it gives up after a while; the rounds go on asking.</summary>
    internal async Task ConfirmAsync(CancellationToken ct)
    {
        if (gate.Why(AppendGate.Unconfirmed) is null) return;
        using var patience = new CancellationTokenSource(ConfirmationPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await ReconcileAsync(either.Token);
        }
        catch (Exception e) when (e is LedgerException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            LogUnconfirmed(e.Message);
        }
    }

    /// <summary>Brings proofs and alerts into step with the ledger.</summary>
    /// <returns>Whether the log may be anchored now.</returns>
    /// <exception cref="LedgerException">The ledger could not be asked.</exception>
    internal async Task<bool> ReconcileAsync(CancellationToken ct)
    {
        if (await RegistrationAsync(ct) is not { } registration) return false;
        await JudgeClosingAsync(registration, ct);
        var chain = await _chain.ReadAsync(ct);
        var state = Reconciliation.Of(chain, _history, _log.Size, _log.RootAt, Math.Min(_agreed, _chain.Unchanged));
        _agreed = state.IsClean ? chain.Count : 0;
        if (!await AgreesAsync(state, ct)) return false;
        if (state.Lost.Count > 0) await alerts.OpenLostAsync(state.Lost, ct);
        await CaptureAgainAsync(state.Uncaptured, ct);
        Anchored = state.Latest?.Size ?? 0;
        if (state.Lost.Count == 0 && Anchored >= (_history.Current.LastOrDefault()?.Size ?? 0)) await alerts.CloseLostAsync(Anchored.Value, ct);
        return !gate.IsClosed && _log.AppendRefusal is null; // an anchor of a log that may be a second history could never be taken back
    }

    /// <summary>Anchors the log as it is now, or as it was when mirrors were asked to cosign it, and keeps the proof.</summary>
    /// <returns>Whether it is anchored; not while too few mirrors have cosigned it.</returns>
    /// <exception cref="LedgerException">The ledger did not take it, or could not be asked.</exception>
    internal async Task<bool> SubmitAsync(CancellationToken ct)
    {
        var previous = Anchored ?? throw new InvalidOperationException("The ledger was not asked yet.");
        if (candidate.Take(await publisher.PublishAsync(ct), previous) is not { } note) return false;
        var checkpoint = Checkpoint.Parse(note.Text);
        if (checkpoint.Size <= previous) return true;
        IReadOnlyList<Digest> proof = previous == 0 ? [] : ConsistencyProof.Make(previous, checkpoint.Size, _log.Nodes(checkpoint.Size));
        // If we were to crash after this, the ledger may hold an anchor without its proof here: ReconcileAsync finds and captures it.
        var transaction = await ledger.SubmitAnchorAsync(keys.Operator, _log.Keys.LogId, checkpoint.Size, checkpoint.Root, proof, ct);
        await KeepAsync(await ledger.CaptureAsync(transaction, _log.Keys.LogId, note.Encode(), ct), ct);
        Anchored = checkpoint.Size;
        candidate.Anchored();
        return true;
    }

    /// <summary>The log on the ledger; null when it is not there, or not this node's.</summary>
    private async Task<LedgerLog?> RegistrationAsync(CancellationToken ct)
    {
        var info = await ledger.LogInfoAsync(_log.Keys.LogId, ct);
        var ours = string.Equals(info?.Operator, keys.Operator.Address, StringComparison.OrdinalIgnoreCase);
        if (ours) await alerts.CloseAsync("the ledger's registration of the log", ct, AnchorAlerts.LogUnregistered);
        else
            await alerts.OpenAsync(
                AnchorAlerts.LogUnregistered,
                (info is null ? $"The log {_log.Origin} is not registered on the ledger." : $"The ledger knows {info.Operator} as the operator of the log {_log.Origin}, not this node.")
                + $" Have the consortium's members register log id 0x{_log.Keys.LogId} with the operator {keys.Operator.Address}. Records are sealed meanwhile and anchored afterwards.", ct);
        return ours ? info : null;
    }

    private async Task JudgeClosingAsync(LedgerLog registration, CancellationToken ct)
    {
        if (registration.Successor is not { } successor)
        {
            gate.Open(AppendGate.Closed);
            await alerts.CloseAsync("the ledger's registration of the log", ct, AnchorAlerts.LogClosed);
            return;
        }

        var message = $"The consortium has closed the log {_log.Origin} at its last anchor; log id 0x{successor} goes on after it.";
        gate.Close(AppendGate.Closed, $"{message} File records with the node that writes that log.");
        await alerts.OpenAsync(AnchorAlerts.LogClosed, $"{message} This node takes no records any more; what it holds is read, swept and proven as before.", ct);
    }

    private async Task<bool> AgreesAsync(Reconciliation state, CancellationToken ct)
    {
        if (state.Contradicted is { } other) await alerts.OpenContradictedAsync(other, _log.RootAt(other.Size).ToString(), ct);
        else await alerts.CloseAsync("comparison of the ledger's roots with the log", ct, AnchorAlerts.LedgerContradictsLog);
        if ((state.Beyond ?? NewestBeyondLog()) is { } beyond) await alerts.OpenBeyondAsync(beyond, _log.Size, ct);
        else await alerts.CloseAsync("comparison of the ledger's sizes with the log", ct, AnchorAlerts.LogBehindLedger);
        var agrees = state.Contradicted is null && state.Beyond is null && NewestBeyondLog() is null;
        if (agrees) gate.Open(AppendGate.Unconfirmed);
        if (agrees) gate.Open(AppendGate.Ledger);
        else CloseGate();
        return agrees;
    }

    private LedgerAnchor? NewestBeyondLog() => _history.Current.LastOrDefault() is { } newest && newest.Size > _log.Size
        ? new LedgerAnchor(newest.Size, newest.Root, newest.BlockNumber, newest.BlockTime)
        : null;

    private void CloseGate() => gate.Close(
        AppendGate.Ledger, "This node's log and its anchors on the ledger contradict each other; it takes no records until this is resolved. See the node's alerts.");

    // A proof that the ledger's endpoints do not have any more must not hold up new anchors, which do not depend on it.
    private async Task CaptureAgainAsync(IReadOnlyList<LedgerAnchor> anchors, CancellationToken ct)
    {
        foreach (var gone in _uncaptured.Keys.Except(anchors).ToList()) _uncaptured.Remove(gone);
        foreach (var anchor in anchors)
        {
            if (_uncaptured.TryGetValue(anchor, out var tried) && time.GetElapsedTime(tried) < CaptureAgainAfter) continue;
            try
            {
                await CaptureAgainAsync(anchor, ct);
                _uncaptured.Remove(anchor);
            }
            catch (LedgerException e)
            {
                _uncaptured[anchor] = time.GetTimestamp();
                await alerts.OpenUncapturedAsync([.. _uncaptured.Keys], e, ct);
            }
        }

        if (_uncaptured.Count == 0) await alerts.CloseAsync("the capture of every anchor that the ledger lists", ct, AnchorAlerts.AnchorUncaptured);
    }

    private async Task CaptureAgainAsync(LedgerAnchor anchor, CancellationToken ct)
    {
        if (keys.SignerAt(anchor.Size) is not { } signer)
        {
            LogKeyGone(anchor.Size, anchor.BlockNumber);
            return;
        }

        var note = new Checkpoint(_log.Origin, anchor.Size, anchor.Root).SignedBy(signer);
        if (await ledger.CaptureBySizeAsync(_log.Keys.LogId, anchor.Size, note.Encode(), ct) is { } proof) await KeepAsync(proof, ct);
        else LogNotFound(anchor.Size, anchor.BlockNumber);
    }

    private async Task KeepAsync(AnchorProof proof, CancellationToken ct)
    {
        await _history.AppendAsync(proof, ct);
        LogAnchored(proof.Size, proof.BlockNumber);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The proof of the anchor of {Size} leaves in block {Block} is lost and cannot be made again: the key that signed then was discarded")]
    private partial void LogKeyGone(ulong size, ulong block);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger has not confirmed yet that the log was not set back: {Reason}")]
    private partial void LogUnconfirmed(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Anchored {Size} leaves in block {Block}")]
    private partial void LogAnchored(ulong size, ulong block);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger lists an anchor of {Size} leaves in block {Block} and has no event of it")]
    private partial void LogNotFound(ulong size, ulong block);
}

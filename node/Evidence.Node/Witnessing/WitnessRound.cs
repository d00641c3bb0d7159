using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Node.Anchoring;
using Evidence.Node.Logs;
using Evidence.Node.Replication;

namespace Evidence.Node.Witnessing;

/// <summary>
/// Has one witness cosign the newest anchored checkpoint. Only anchored ones are shown to it, so that it never holds the log to a tree that the ledger does not know. What it has cosigned
/// last is known from the kept cosignatures, or from its own answer: nothing else has to survive a crash.
/// </summary>
internal sealed class WitnessRound(WitnessClient witness, NodeLogs logs, AnchorHistories histories, CosignatureDesk desk)
{
    private readonly AnchorHistory _history = histories.Of(logs.Own);
    private ulong? _latest;
    private ulong _done;

    /// <summary>Leaves that the witness has cosigned and this log does not have: the log was set back. Null when there are none.</summary>
    internal ulong? Ahead => _latest > logs.Own.Size ? _latest : null;

    /// <summary>Asks if there is a newer anchor than it has cosigned, or if it is ahead of the log.</summary>
    /// <returns>Whether it has cosigned the newest anchor just now; not when there was nothing to ask for, which says nothing of the witness.</returns>
    internal async Task<bool> RunAsync(CancellationToken ct)
    {
        if (_history.Current.LastOrDefault() is not { } newest) return false;
        var latest = _latest ??= LatestKept();
        if (newest.Size <= _done && Ahead is null) return false;
        if (_history.Read(newest) is not { } proof) return false; // damaged: the sweep mends it
        var note = SignedNote.Parse(proof.Checkpoint);
        var answer = await witness.AddCheckpointAsync(new AddCheckpointRequest(Math.Min(latest, newest.Size), Proof(latest, newest.Size), LogOnly(note)), ct);
        _latest = answer.LatestSize;
        if (answer.Cosignature is not { } line)
        {
            // It goes on from what it has; where that is beyond the newest anchor there is nothing to ask for until the next one.
            _done = answer.LatestSize > newest.Size ? newest.Size : 0;
            return false;
        }

        await desk.AddAsync(LogOnly(note).With(line), ct);
        _done = newest.Size;
        return true;
    }

    private IReadOnlyList<Digest> Proof(ulong from, ulong to) => from == 0 || from >= to ? [] : ConsistencyProof.Make(from, to, logs.Own.Nodes(to));

    private SignedNote LogOnly(SignedNote note) => new(note.Text, note.Signatures.Where(line => logs.Own.Keys.Keys.Any(key => line.Name == key.Name && line.KeyId == key.KeyId)));

    private ulong LatestKept()
    {
        ulong latest = 0;
        foreach (var payload in logs.Own.Cosignatures.Read())
            if (TryRead(payload) is { } entry && entry.Witness.Name == witness.Key.Name && entry.Witness.KeyId == witness.Key.KeyId) latest = Math.Max(latest, entry.Checkpoint.Size);
        return latest;
    }

    private CosignatureEntry? TryRead(byte[] payload)
    {
        try
        {
            return CosignatureEntry.Parse(payload, logs.Own.Keys);
        }
        catch (FormatException)
        {
            return null; // damaged: the sweep reports it, and the witness itself tells what it has
        }
    }
}

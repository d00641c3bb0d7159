using Evidence.Core.Notes;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Replication;
using Evidence.Storage;
using Evidence.Storage.Proofs;

namespace Evidence.Node.Anchoring;

/// <summary>
/// The checkpoint that is to be anchored next, where so many mirrors must have cosigned it first: what is anchored lies in more places than one then. Mirrors ask for it and hand in
/// their cosignatures; of witnesses outside, which hold no records, none counts. Only the cosignatures outlive a crash: after it another checkpoint may be the candidate.
/// </summary>
internal sealed class AnchorCandidate(NodeLogs logs, TrustedLogs trusted, NodeOptions options, Cosigner self, TimeProvider time)
{
    private readonly LogStore _log = logs.Own;
    private readonly int _mirrors = options.Replicas.MirrorsBeforeAnchor;
    private readonly Lock _gate = new();
    private readonly HashSet<VerifierKey> _cosigners = [];
    private (SignedNote Note, Checkpoint Checkpoint, long Since)? _waiting;
    private ProofFileState _read;

    /// <summary>The checkpoint that waits for cosignatures; null when none does.</summary>
    internal SignedNote? Note
    {
        get { lock (_gate) return _waiting?.Note; }
    }

    /// <summary>For how long it has waited.</summary>
    internal TimeSpan Waiting
    {
        get { lock (_gate) return _waiting is { } waiting ? time.GetElapsedTime(waiting.Since) : TimeSpan.Zero; }
    }

    /// <summary>Whether there is nothing to wait for.</summary>
    internal bool IsReady
    {
        get { lock (_gate) return _waiting is not { } waiting || Count(waiting.Checkpoint) >= _mirrors; }
    }

    /// <summary>The checkpoint that may be anchored now; null when it lacks cosignatures yet. Without a candidate, <paramref name="current"/> becomes it.</summary>
    internal SignedNote? Take(SignedNote current, ulong anchored)
    {
        if (_mirrors == 0) return current;
        lock (_gate)
        {
            // One that is anchored already was handed in before a crash.
            if (_waiting is not { } waiting || waiting.Checkpoint.Size <= anchored)
            {
                _waiting = waiting = (current, Checkpoint.Parse(current.Text), time.GetTimestamp());
                _cosigners.Clear();
                _read = default;
            }

            if (Count(waiting.Checkpoint) < _mirrors) return null;
            return waiting.Note;
        }
    }

    /// <summary>It was anchored.</summary>
    internal void Anchored()
    {
        lock (_gate) _waiting = null;
    }

    /// <summary>What it waits for, for people.</summary>
    internal string Describe()
    {
        lock (_gate)
        {
            var names = _cosigners.Count == 0 ? "none has" : $"only {string.Join(", ", _cosigners.Select(key => key.Name).Order(StringComparer.Ordinal))} has";
            return $"{_waiting?.Checkpoint.Size} leaves are to be cosigned by {_mirrors} mirrors before they are anchored, and {names} done so.";
        }
    }

    private int Count(Checkpoint wanted)
    {
        var state = _log.Cosignatures.State;
        if (state == _read) return _cosigners.Count;
        // A repair may have put the lines into another order.
        foreach (var payload in _log.Cosignatures.Read(state.Rewrites == _read.Rewrites ? _read.Count : 0))
            if (FindMirror(payload, wanted) is { } mirror) _cosigners.Add(mirror);
        _read = state;
        return _cosigners.Count;
    }

    private VerifierKey? FindMirror(byte[] payload, Checkpoint wanted)
    {
        try
        {
            var entry = CosignatureEntry.Parse(payload, _log.Keys);
            if (entry.Checkpoint != wanted || trusted.FindWitness(entry.Witness) is not { } key) return null;
            return key.Equals(self.Key) || options.Witnesses.Any(outside => outside.Key.Equals(key)) || entry.Note.CosignedAt(key) is null ? null : key;
        }
        catch (FormatException)
        {
            return null; // damaged: the sweep reports it, and the mirror has it still
        }
    }
}

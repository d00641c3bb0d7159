using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Node.Logs;

namespace Evidence.Node.Replication;

/// <summary>Takes the cosignatures that witnesses hand in for this node's own log: each proven, each once.</summary>
internal sealed class CosignatureDesk(NodeLogs logs, TrustedLogs trusted)
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private HashSet<(ulong Size, string Name, uint KeyId)>? _known;

    /// <exception cref="FormatException">The note is not a checkpoint of this log with one valid cosignature.</exception>
    /// <exception cref="UnknownWitnessException">neither trust.json nor the configuration names the witness.</exception>
    /// <exception cref="UnknownCheckpointException">This log never had that tree.</exception>
    internal async Task AddAsync(SignedNote note, CancellationToken ct)
    {
        var entry = CosignatureEntry.Of(note, logs.Own.Keys);
        if (FindFault(entry) is { } fault) throw fault;
        await _writing.WaitAsync(ct);
        try
        {
            _known ??= ReadKnown();
            if (_known.Contains(entry.Key)) return;
            await logs.Own.Cosignatures.AppendAsync(entry.Encode(), ct);
            _known.Add(entry.Key);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>What stands against an entry of the own log, or null.</summary>
    internal Exception? FindFault(CosignatureEntry entry)
    {
        var own = logs.Own;
        if (trusted.FindWitness(entry.Witness) is not { } witness)
            return new UnknownWitnessException($"Neither the trust.json nor the configuration of this node names a witness '{entry.Witness.Name}' with that key.");
        if (entry.Note.CosignedAt(witness) is null) return new FormatException($"The cosignature of '{witness.Name}' does not verify.");
        if (entry.Checkpoint.Size > own.Size)
            return new UnknownCheckpointException($"'{own.Origin}' has {own.Size} leaves; the note is of {entry.Checkpoint.Size}.");
        return RootAt(entry.Checkpoint.Size) == entry.Checkpoint.Root
            ? null
            : new UnknownCheckpointException($"'{own.Origin}' never had that root at {entry.Checkpoint.Size} leaves.");
    }

    private Core.Digest? RootAt(ulong size)
    {
        try
        {
            return logs.Own.RootAt(size);
        }
        catch (MissingNodeException)
        {
            return null; // a damaged tile: the sweep mends it, and the witness hands in again
        }
    }

    private HashSet<(ulong Size, string Name, uint KeyId)> ReadKnown()
    {
        var known = new HashSet<(ulong, string, uint)>();
        foreach (var payload in logs.Own.Cosignatures.Read())
        {
            try
            {
                known.Add(CosignatureEntry.Parse(payload, logs.Own.Keys).Key);
            }
            catch (FormatException)
            {
                continue; // damaged: the sweep reports it
            }
        }
        return known;
    }
}

/// <summary>A cosignature is of a witness that this node does not know.</summary>
internal sealed class UnknownWitnessException(string message) : Exception(message);

/// <summary>A cosignature is of a tree that this log never was.</summary>
internal sealed class UnknownCheckpointException(string message) : Exception(message);

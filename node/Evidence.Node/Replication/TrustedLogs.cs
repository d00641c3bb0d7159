using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Trust;

namespace Evidence.Node.Replication;

/// <summary>Which keys logs and witnesses may have. With a trust.json only those that it names, and the witnesses that the configuration has asked; without one, a log's key is pinned at first sight.</summary>
internal sealed class TrustedLogs(TrustPolicy? trust, IReadOnlyList<VerifierKey>? asked = null)
{
    private readonly IReadOnlyList<(VerifierKey Key, Digest? Id)>? _logs = trust?.Logs.Select(log => (VerifierKey.Parse(log.Key), log.Id)).ToList();
    private readonly IReadOnlyList<VerifierKey> _witnesses = [.. trust?.Witnesses.Select(witness => VerifierKey.Parse(witness.Key)) ?? [], .. asked ?? []];

    /// <summary>The keys of a log that a peer states to be its own: trust.json names any of them, and by its id the log.</summary>
    /// <exception cref="PeerUntrueException">The key is no key, not that of the stated origin, handed on by rotations that do not hold, or none of them is one that trust.json names.</exception>
    internal LogKeyHistory Accept(IPeer peer, PeerLog log)
    {
        LogKeyHistory keys;
        try
        {
            var first = VerifierKey.Parse(log.Key);
            if (first.Algorithm != VerifierKey.Ed25519Note) throw new FormatException("it is of another algorithm.");
            keys = LogKeyHistory.Of(first, log.Rotations.Select(RotationNote.Parse));
        }
        catch (FormatException e)
        {
            throw new PeerUntrueException(peer.Name, $"the keys of its log do not hold: {e.Message}");
        }
        if (keys.Origin != log.Origin) throw new PeerUntrueException(peer.Name, "the key of its log is another log's.", log.Origin, keys.Origin);
        if (_logs is not null && !_logs.Any(named => keys.Holds(named.Key) && keys.LogId == (named.Id ?? named.Key.LogId)))
            throw new PeerUntrueException(peer.Name, $"trust.json names no key of its log '{log.Origin}'.", actual: log.Key);
        return keys;
    }

    /// <summary>The witness that a signature line claims to be of, or null when neither trust.json nor the configuration names one such.</summary>
    internal VerifierKey? FindWitness(NoteSignature signature) =>
        _witnesses.FirstOrDefault(witness => witness.Name == signature.Name && witness.KeyId == signature.KeyId);
}

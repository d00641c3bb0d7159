using Evidence.Core.Notes;
using Evidence.Core.Trust;

namespace Evidence.Node.Replication;

/// <summary>Which keys logs and witnesses may have. With a trust.json only those that it names, and the witnesses that the configuration has asked; without one, a log's key is pinned at first sight.</summary>
internal sealed class TrustedLogs(TrustPolicy? trust, IReadOnlyList<VerifierKey>? asked = null)
{
    private readonly IReadOnlyList<string>? _logs = trust?.Logs.Select(log => log.Key).ToList();
    private readonly IReadOnlyList<VerifierKey> _witnesses = [.. trust?.Witnesses.Select(witness => VerifierKey.Parse(witness.Key)) ?? [], .. asked ?? []];

    /// <summary>The key of a log that a peer states to be its own.</summary>
    /// <exception cref="PeerUntrueException">The key is no key, not that of the stated origin, or not one that trust.json names.</exception>
    internal VerifierKey Accept(IPeer peer, PeerLog log)
    {
        VerifierKey key;
        try
        {
            key = VerifierKey.Parse(log.Key);
        }
        catch (FormatException e)
        {
            throw new PeerUntrueException(peer.Name, $"the key of its log is not a verifier key: {e.Message}");
        }
        if (key.Name != log.Origin) throw new PeerUntrueException(peer.Name, "the key of its log is another log's.", log.Origin, key.Name);
        if (_logs is not null && !_logs.Contains(log.Key))
            throw new PeerUntrueException(peer.Name, $"trust.json does not name the key of its log '{log.Origin}'.", actual: log.Key);
        return key;
    }

    /// <summary>The witness that a signature line claims to be of, or null when neither trust.json nor the configuration names one such.</summary>
    internal VerifierKey? FindWitness(NoteSignature signature) =>
        _witnesses.FirstOrDefault(witness => witness.Name == signature.Name && witness.KeyId == signature.KeyId);
}

using Evidence.Core.Notes;
using Evidence.Node.Configuration;
using Evidence.Node.Replication;
using Evidence.Node.Verification;

namespace Evidence.Node.Restoring;

/// <summary>Which log is to be restored: by the signing key where the operator has it, else by what trust.json names. No peer is believed in this.</summary>
internal sealed class LostLog(NodeOptions options, bool withoutKey)
{
    private readonly TrustedLogs _trusted = new(NodeTrust.Load(options).Policy);

    /// <summary>The key that signs the log; null when the operator does not have it.</summary>
    /// <exception cref="KeyFileException">It is not there, or cannot be used.</exception>
    /// <exception cref="RestoreException">Without it, nothing says whose log this is.</exception>
    internal VerifierKey? ReadKey()
    {
        if (!withoutKey) return Key();
        if (options.TrustFile is null) throw new RestoreException("Without the log's key nothing says which log is the true one: configure \"trust\", a trust.json that names the log's key.");
        return null;
    }

    /// <summary>The keys of the log as the peers state them, each rotation signed; the longest history that the key or trust.json bears out.</summary>
    internal async Task<LogKeyHistory> FindAsync(RestoreSources sources, VerifierKey? key, TimeProvider time, CancellationToken ct)
    {
        var stated = new List<(IPeer Peer, LogKeyHistory Keys)>();
        foreach (var peer in sources.Good)
            await sources.TryAsync(peer, async () =>
            {
                if (await FindAsync(peer, key, ct) is { } keys) stated.Add((peer, keys));
            }, time, ct);
        if (stated.Count == 0) throw new RestoreException($"No peer has the log {options.Origin}{(key is null ? "" : $" of the key {key}")}. {sources.Describe()}") { IsUnreachable = sources.AnySilent };
        var longest = stated.MaxBy(entry => entry.Keys.Rotations.Count).Keys;
        foreach (var (peer, keys) in stated.Where(entry => !longest.Extends(entry.Keys)))
            sources.SetAside(peer, new PeerUntrueException(peer.Name, "it states other rotations of the log's key than another peer.", string.Join(" then ", longest.Keys), string.Join(" then ", keys.Keys)));
        if (key is not null && !longest.Current.Equals(key))
            throw new RestoreException($"The log's key was handed on to {longest.Current}, and {options.KeysFolder} holds {key}, an older one: restore the newer keys, or give --without-key to restore what can only be mirrored.");
        return longest;
    }

    private async Task<LogKeyHistory?> FindAsync(IPeer peer, VerifierKey? key, CancellationToken ct)
    {
        if ((await peer.ListLogsAsync(ct)).FirstOrDefault(log => log.Origin == options.Origin) is not { } log)
            throw new PeerUntrueException(peer.Name, $"it does not hold the log {options.Origin}.");
        var keys = _trusted.Accept(peer, log);
        return key is null || keys.Holds(key) ? keys
            : throw new PeerUntrueException(peer.Name, $"its log {options.Origin} is not of this node's key. If that key was made anew, restore keys/ from a backup; if it is lost, give --without-key.", key.ToString(), keys.Current.ToString());
    }

    private VerifierKey Key()
    {
        try
        {
            return new LogKeyFiles(options).ReadCurrent().Key;
        }
        catch (KeyFileException e)
        {
            throw new RestoreException($"{e.Message}. The peers do not have this key: restore keys/ from a backup. If it is lost, give --without-key: the log is restored then, and can be read and mirrored, but this node can never append to it.");
        }
    }
}

using Evidence.Core.Verification;
using Evidence.Node.Replication;

namespace Evidence.Node.Restoring;

/// <summary>The peers that a log is restored from. One that answers wrongly is named and set aside for good, one whose records are damaged only for those; one that is silent for long is not waited for.</summary>
internal sealed class RestoreSources(IReadOnlyList<IPeer> peers)
{
    /// <summary>How often in a row a peer may be silent while nothing comes.</summary>
    internal const int Patience = 5;

    /// <summary>How many damaged places of one peer are named.</summary>
    internal const int MostNamed = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPeer, HashSet<(uint Volume, long Offset)>> _damaged = [];
    private readonly Dictionary<IPeer, string> _wrong = [];
    private readonly Dictionary<IPeer, string> _silent = [];
    private readonly Dictionary<IPeer, int> _silences = [];
    private readonly List<Finding> _findings = [];

    /// <summary>Those that may be asked.</summary>
    internal IReadOnlyList<IPeer> Good
    {
        get { lock (_gate) return [.. peers.Where(peer => !_wrong.ContainsKey(peer) && !_silent.ContainsKey(peer))]; }
    }

    /// <summary>What was said that does not prove, and who did not answer.</summary>
    internal IReadOnlyList<Finding> Findings
    {
        get { lock (_gate) return [.. _findings]; }
    }

    /// <summary>Whether any peer is missing only for want of an answer.</summary>
    internal bool AnySilent
    {
        get { lock (_gate) return _silent.Count > 0; }
    }

    internal void SetAside(IPeer peer, PeerUntrueException e)
    {
        lock (_gate)
        {
            if (!_wrong.TryAdd(peer, e.Message)) return;
            _findings.Add(new Finding(FindingCodes.PeerWrong, Severity.Error, Layer.Log, peer.Name, $"{e.Message} Nothing more was taken from it.", e.Expected, e.Actual));
        }
    }

    /// <summary>Names bytes of a volume that do not prove. Every record is proven by itself: whatever else the peer has is still taken.</summary>
    internal void Damaged(IPeer peer, uint volume, long offset, PeerUntrueException e)
    {
        lock (_gate)
        {
            if (!_damaged.TryGetValue(peer, out var named)) _damaged[peer] = named = [];
            if (named.Count > MostNamed || !named.Add((volume, offset))) return;
            var message = named.Count > MostNamed ? $"More of its bytes do not prove than the first {MostNamed} places that are named." : $"{e.Message} What does not prove was not taken from it; everything else that does was.";
            _findings.Add(new Finding(FindingCodes.PeerWrong, Severity.Error, Layer.Storage, peer.Name, message, e.Expected, e.Actual));
        }
    }

    /// <summary>Why a record may be missing: whose bytes did not prove, and who did not answer.</summary>
    internal string Reasons
    {
        get
        {
            lock (_gate)
                return string.Concat(peers.Select(peer => _wrong.ContainsKey(peer) ? $" {peer.Name} answered wrongly and was set aside." : _silent.ContainsKey(peer) ? $" {peer.Name} did not answer and may have them."
                    : _damaged.ContainsKey(peer) ? $" {peer.Name} holds bytes that do not prove." : ""));
        }
    }

    /// <summary>Something came of the peer: its silences are forgotten.</summary>
    internal void Heard(IPeer peer)
    {
        lock (_gate) _silences.Remove(peer);
    }

    /// <summary>Counts a silence of the peer.</summary>
    /// <returns>How many there were in a row; after <see cref="Patience"/> it is not asked again.</returns>
    internal int Silent(IPeer peer, PeerUnreachableException e)
    {
        lock (_gate)
        {
            var count = _silences[peer] = _silences.GetValueOrDefault(peer) + 1;
            if (count >= Patience && _silent.TryAdd(peer, e.Message))
                _findings.Add(new Finding(FindingCodes.PeerUnreachable, Severity.Warning, Layer.Storage, peer.Name, e.Message));
            return count;
        }
    }

    /// <summary>Asks a peer, and once more as long as it is silent and there is patience.</summary>
    /// <returns>Whether it answered, and truly.</returns>
    internal async Task<bool> TryAsync(IPeer peer, Func<Task> ask, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await ask();
                Heard(peer);
                return true;
            }
            catch (PeerUntrueException e)
            {
                SetAside(peer, e);
                return false;
            }
            catch (PeerUnreachableException e)
            {
                var count = Silent(peer, e);
                if (count >= Patience) return false;
                await Task.Delay(PauseAfter(count), time, ct);
            }
        }
    }

    internal static TimeSpan PauseAfter(int silences) => TimeSpan.FromMilliseconds(250) * Math.Pow(2, silences - 1);

    /// <summary>Why nothing can be had of anyone.</summary>
    internal string Describe() => Findings is { Count: > 0 } findings ? string.Join(' ', findings.Select(finding => finding.Message)) : "No peer was named.";
}

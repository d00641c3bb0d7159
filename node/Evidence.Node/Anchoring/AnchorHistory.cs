using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Json;
using Evidence.Ledger;
using Evidence.Storage;
using Evidence.Storage.Proofs;

namespace Evidence.Node.Anchoring;

/// <summary>The anchors of one log as its proof file has them.</summary>
internal sealed class AnchorHistory(LogStore log)
{
    private readonly Lock _gate = new();
    private List<KeptAnchor> _all = [];
    private HashSet<(ulong Size, Digest Root, ulong Block, DateTimeOffset Time)> _keys = [];
    private List<KeptAnchor> _current = [];
    private ProofFileState _seen;

    /// <summary>
    /// The anchors that follow one another up to the newest, by size. Left out are those that the ledger lost: a later anchor names a
    /// predecessor that is smaller than they are.
    /// </summary>
    internal IReadOnlyList<KeptAnchor> Current
    {
        get
        {
            lock (_gate)
            {
                Refresh();
                return _current;
            }
        }
    }

    /// <summary>Whether there are lines that cannot be read. Anchors that they were of seem not to be held until a repair has put them back.</summary>
    internal bool HasUnreadable
    {
        get
        {
            lock (_gate)
            {
                Refresh();
                return _seen.Count > _all.Count;
            }
        }
    }

    /// <summary>Whether the file holds the proof of this anchor.</summary>
    internal bool Holds(LedgerAnchor anchor)
    {
        lock (_gate)
        {
            Refresh();
            return _keys.Contains((anchor.Size, anchor.Root, anchor.BlockNumber, anchor.Time));
        }
    }

    /// <summary>The first anchor that covers a leaf; null while none does.</summary>
    internal KeptAnchor? FirstCovering(ulong leaf) => Covering(leaf).FirstOrDefault();

    /// <summary>All anchors that cover a leaf, the smallest first.</summary>
    internal IEnumerable<KeptAnchor> Covering(ulong leaf)
    {
        var current = Current;
        int low = 0, high = current.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (current[middle].Size > leaf) high = middle;
            else low = middle + 1;
        }
        return current.Skip(low);
    }

    /// <summary>Reads the proof of an anchor from the file; null when it is no longer there.</summary>
    internal AnchorProof? Read(KeptAnchor anchor)
    {
        try
        {
            return log.Anchors.Read(anchor.Line).Concat(log.Anchors.Read()).Select(TryParse).FirstOrDefault(proof => proof is not null && anchor.IsOf(proof));
        }
        catch (IOException)
        {
            return null; // the sweep reports the file and fetches it from a peer
        }
    }

    /// <summary>Appends a proof; when it returns, the proof is on the medium.</summary>
    internal Task AppendAsync(AnchorProof proof, CancellationToken ct) =>
        log.Anchors.AppendAsync(CanonicalJson.Serialize(AnchorProofJson.ToJson(proof)), ct);

    private void Refresh()
    {
        var state = log.Anchors.State;
        if (state == _seen || !File.Exists(log.Anchors.Path)) return;
        // A repair may have put back an entry that could not be read before, and the entries into another order.
        if (state.Rewrites != _seen.Rewrites || _all.Count != _seen.Count) (_all, _keys, _current, _seen) = ([], [], [], default);
        var (line, inOrder) = (_seen.Count, true);
        var current = new List<KeptAnchor>(_current);
        foreach (var payload in log.Anchors.Read(_seen.Count))
        {
            if (TryKeep(payload, line++) is not { } anchor) continue;
            _all.Add(anchor);
            _keys.Add((anchor.Size, anchor.Root, anchor.BlockNumber, anchor.BlockTime));
            inOrder &= anchor.PreviousSize == (current.Count == 0 ? 0 : current[^1].Size);
            current.Add(anchor);
        }
        _seen = state;
        _current = inOrder ? current : Follow(_all);
    }

    // Blocks of a chain that was set back may have lower numbers than the ones that it lost, but never an earlier time.
    private static List<KeptAnchor> Follow(List<KeptAnchor> all)
    {
        var current = new List<KeptAnchor>();
        foreach (var anchor in all.OrderByDescending(a => a.BlockTime).ThenByDescending(a => a.Size))
            if (current.Count == 0 || anchor.Size <= current[^1].PreviousSize) current.Add(anchor);
        current.Reverse();
        return current;
    }

    private static KeptAnchor? TryKeep(byte[] payload, long line)
    {
        try
        {
            return TryParse(payload) is { } proof ? KeptAnchor.Of(proof, line) : null;
        }
        catch (FormatException)
        {
            return null; // the sweep names the entry; what rests on it is undetermined
        }
    }

    private static AnchorProof? TryParse(byte[] payload)
    {
        try
        {
            return AnchorProofJson.Parse(CanonicalJson.Parse(payload));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

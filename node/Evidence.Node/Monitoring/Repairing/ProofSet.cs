using System.Globalization;
using Evidence.Core;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Replication;
using Evidence.Storage.Proofs;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>
/// The entries of a damaged proof file as they are to be: each proves, and each once. An anchor proof may prove and still be damaged, since nothing vouches for the hash of its transaction:
/// an own one counts when the hash chain says that it was appended, or when somebody else gives an entry too.
/// </summary>
internal sealed class ProofSet
{
    private readonly LogSweep _sweep;
    private readonly ProofKind _kind;
    private readonly ProofRules _rules;
    private readonly ProofLines _lines;
    private readonly Dictionary<string, byte[]> _certain = [];
    private readonly Dictionary<string, byte[]> _given = [];
    private readonly HashSet<string> _own;
    private readonly List<string?> _slots;

    /// <summary>Begins with what the file itself still says.</summary>
    internal ProofSet(LogSweep sweep, ProofKind kind, ProofRules rules, ProofLines lines)
    {
        (_sweep, _kind, _rules, _lines) = (sweep, kind, rules, lines);
        _slots = lines.Sift(TakeOwn);
        _own = [.. _slots.OfType<string>()];
        Kept = _certain.Count;
    }

    /// <summary>Entries that were taken out of the file itself.</summary>
    internal int Kept { get; }

    /// <summary>Entries that were taken from elsewhere.</summary>
    internal int Taken => Keys.Count() - Kept;

    /// <summary>Whether there are as many entries as were lost, and each is known to be right.</summary>
    internal bool IsWhole => IsCertain && Keys.Count(key => !_own.Contains(key)) >= _slots.Count(slot => slot is null);

    /// <summary>Whether nothing is left of which only the damaged file speaks.</summary>
    internal bool IsCertain => _own.All(key => _certain.ContainsKey(key) || _given.ContainsKey(key));

    /// <summary>The entries in the order of the file; those that it had lost are where they were lost, by their sizes.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Entries
    {
        get
        {
            var lost = new Queue<string>(Keys.Where(key => !_own.Contains(key)).Order(StringComparer.Ordinal));
            var keys = _slots.Select(slot => slot ?? (lost.TryDequeue(out var key) ? key : null)).OfType<string>().Distinct().ToList();
            return keys.Concat(lost).Select(key => (ReadOnlyMemory<byte>)(_certain.GetValueOrDefault(key) ?? _given[key]));
        }
    }

    private IEnumerable<string> Keys => _certain.Keys.Union(_given.Keys);

    /// <summary>Takes an entry that a peer gives, if it proves.</summary>
    internal void Take(byte[] payload)
    {
        if (KeyOf(payload) is not { } key || _certain.ContainsKey(key)) return;
        if (_lines.Attests(payload)) _certain[key] = payload;
        else _given.TryAdd(key, payload);
    }

    /// <summary>Takes an entry that the ledger gives, if it proves; whether it does.</summary>
    internal bool TakeCaptured(byte[] payload)
    {
        if (KeyOf(payload) is not { } key) return false;
        _certain.TryAdd(key, payload);
        return true;
    }

    /// <summary>Looks whether all entries together give the hash that was written last: then each is what was appended.</summary>
    internal void HoldToHead()
    {
        if (!IsCertain) return;
        var head = Entries.Aggregate(default(Digest), (before, payload) => ProofLine.Chain(before, payload.Span));
        if (head != _lines.Head) return;
        foreach (var (key, payload) in _given) _certain.TryAdd(key, payload);
    }

    /// <summary>Whether there is an anchor proof of that size that is known to be what was appended.</summary>
    internal bool HasAnchor(ulong size) => _certain.Keys.Any(key => key.StartsWith(SizeKey(size), StringComparison.Ordinal));

    // Every byte of a cosignature is under a signature.
    private string? TakeOwn(byte[] payload, bool wasAppended)
    {
        var key = KeyOf(payload);
        if (key is not null && (wasAppended || _kind == ProofKind.Cosignatures)) _certain.TryAdd(key, payload);
        return key;
    }

    private string? KeyOf(byte[] payload) => _kind == ProofKind.Anchors ? AnchorKey(payload) : CosignatureKey(payload);

    private string? AnchorKey(byte[] payload) => _rules.ReadAnchor(payload, _sweep.Store.Key, _sweep.Tree, out _) is { } proof
        ? $"{SizeKey(proof.Size)}{proof.BlockNumber:D20} {Convert.ToHexStringLower(proof.BlockHash)}"
        : null;

    private string? CosignatureKey(byte[] payload) => _rules.ReadCosignature(payload, _sweep.Store.Key, _sweep.Tree, out _) is { } entry
        ? $"{SizeKey(entry.Checkpoint.Size)}{entry.Witness.Name} {entry.Witness.KeyId:x8}"
        : null;

    private static string SizeKey(ulong size) => size.ToString("D20", CultureInfo.InvariantCulture) + " ";
}

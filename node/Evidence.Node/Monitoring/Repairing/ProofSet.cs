using System.Globalization;
using Evidence.Ledger;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Replication;
using Evidence.Storage.Proofs;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>
/// The entries of a damaged proof file as they are to be: each proves, and each once. An anchor proof may prove and still be forged, since nothing vouches for the hash of its transaction:
/// it counts when it leads to the hash that was written last, or when the ledger gives it.
/// </summary>
internal sealed class ProofSet
{
    private readonly LogSweep _sweep;
    private readonly ProofKind _kind;
    private readonly ProofRules _rules;
    private readonly ProofFileState _known;
    private readonly Dictionary<string, byte[]> _certain = [];
    private readonly Dictionary<string, List<ProofEntry>> _variants = [];
    private readonly List<IReadOnlyList<ProofEntry>> _copies = [];
    private readonly HashSet<string> _own;
    private readonly HashSet<byte[]> _kept; // by reference: an entry that somebody gives is the own one where they are the same
    private List<string?> _slots;

    /// <summary>Begins with what the file itself still says.</summary>
    internal ProofSet(LogSweep sweep, ProofKind kind, ProofRules rules, ProofLines lines)
    {
        (_sweep, _kind, _rules, _known) = (sweep, kind, rules, lines.Known);
        _slots = lines.Sift(TakeOwn);
        _own = [.. _slots.OfType<string>()];
        _kept = [.. _variants.Values.SelectMany(entries => entries).Select(entry => entry.Payload)];
    }

    /// <summary>Entries that are in the file itself.</summary>
    internal int Kept => Payloads.Count(_kept.Contains);

    /// <summary>Entries that were taken from elsewhere.</summary>
    internal int Taken => Payloads.Count() - Kept;

    /// <summary>Entries that are known to be right.</summary>
    internal int Certain => _certain.Count;

    /// <summary>Whether there are as many entries as were lost, and each is known to be right.</summary>
    internal bool IsWhole => IsCertain && _certain.Keys.Count(key => !_own.Contains(key)) >= _slots.Count(slot => slot is null);

    /// <summary>Whether nothing is left in the damaged file that proves and is not known to be right.</summary>
    internal bool IsCertain => _own.All(_certain.ContainsKey);

    /// <summary>The entries in the order of the file; those that it had lost are where they were lost, by their sizes.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Entries => Payloads.Select(payload => (ReadOnlyMemory<byte>)payload);

    private IEnumerable<byte[]> Payloads => InPlace(_certain.Keys).Distinct().Where(_certain.ContainsKey).Select(key => _certain[key]);

    /// <summary>Takes the entries of a peer's copy that prove.</summary>
    internal void Take(IEnumerable<byte[]> copy)
    {
        var entries = copy.Select(Offer).OfType<ProofEntry>().ToList();
        if (_kind == ProofKind.Anchors) _copies.Add(entries);
        else foreach (var (key, payload) in entries) _certain.TryAdd(key, payload);
    }

    /// <summary>Takes an entry that the ledger gives, if it proves; whether it does.</summary>
    internal bool TakeCaptured(byte[] payload)
    {
        if (Offer(payload) is not { } entry) return false;
        _certain.TryAdd(entry.Key, entry.Payload);
        return true;
    }

    /// <summary>Looks for entries that together give the hash that was written last: then they are what was appended, and whatever else the file says is not.</summary>
    internal void HoldToHead()
    {
        if (_kind != ProofKind.Anchors) return;
        var orders = _copies.Select(copy => copy.Select(entry => (IReadOnlyCollection<ProofEntry>)[entry]))
            .Append(InPlace(_variants.Keys).Select(key => _variants[key]))
            .Append(_variants.Keys.Order(StringComparer.Ordinal).Select(key => _variants[key]));
        if (orders.Select(order => HeadSearch.Find(order.Take((int)_known.Count), _known.Head)).FirstOrDefault(found => found is not null) is not { } appended) return;
        foreach (var (key, payload) in appended) _certain[key] = payload;
        _slots = [.. appended.Select(entry => entry.Key)];
        _own.Clear();
        _own.UnionWith(_slots.OfType<string>());
    }

    /// <summary>Whether there is a proof of that anchor that is known to be what was appended.</summary>
    internal bool HasAnchor(LedgerAnchor anchor) => _certain.Keys.Any(key => key.StartsWith(AnchorKey(anchor.Size, anchor.BlockNumber), StringComparison.Ordinal));

    /// <summary>The log's signed checkpoint of that anchor out of any entry that proves it; null without one.</summary>
    internal string? CheckpointOf(LedgerAnchor anchor) => _variants.Values.SelectMany(entries => entries)
        .Where(entry => entry.Key.StartsWith(AnchorKey(anchor.Size, anchor.BlockNumber), StringComparison.Ordinal))
        .Select(entry => AnchorEntry.Parse(entry.Payload).Checkpoint).FirstOrDefault();

    /// <summary>The keys at their places, and those that the file does not have where it lost some, by their sizes.</summary>
    private IEnumerable<string> InPlace(IEnumerable<string> keys)
    {
        var lost = new Queue<string>(keys.Where(key => !_own.Contains(key)).Order(StringComparer.Ordinal));
        return [.. _slots.Select(slot => slot ?? (lost.TryDequeue(out var key) ? key : null)).OfType<string>(), .. lost];
    }

    private ProofEntry? Offer(byte[] payload)
    {
        if (KeyOf(payload) is not { } key) return null;
        if (!_variants.TryGetValue(key, out var entries)) _variants[key] = entries = [];
        if (entries.Find(known => known.Payload.AsSpan().SequenceEqual(payload)) is { } same) return same;
        entries.Add(new ProofEntry(key, payload));
        return entries[^1];
    }

    // Every byte of a cosignature is under a signature.
    private string? TakeOwn(byte[] payload, bool isAttested)
    {
        if (Offer(payload) is not { } entry) return null;
        if (isAttested || _kind == ProofKind.Cosignatures) _certain.TryAdd(entry.Key, entry.Payload);
        return entry.Key;
    }

    private string? KeyOf(byte[] payload) => _kind == ProofKind.Anchors ? AnchorKey(payload) : CosignatureKey(payload);

    private string? AnchorKey(byte[] payload) => _rules.ReadAnchor(payload, _sweep.Store.Keys, _sweep.Tree, out _) is { } proof
        ? $"{AnchorKey(proof.Size, proof.BlockNumber)}{Convert.ToHexStringLower(proof.BlockHash)}"
        : null;

    private string? CosignatureKey(byte[] payload) => _rules.ReadCosignature(payload, _sweep.Store.Keys, _sweep.Tree, out _) is { } entry
        ? $"{SizeKey(entry.Checkpoint.Size)}{entry.Witness.Name} {entry.Witness.KeyId:x8}"
        : null;

    private static string AnchorKey(ulong size, ulong block) => $"{SizeKey(size)}{SizeKey(block)}";

    private static string SizeKey(ulong size) => size.ToString("D20", CultureInfo.InvariantCulture) + " ";
}

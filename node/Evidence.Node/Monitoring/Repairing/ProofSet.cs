using System.Globalization;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Replication;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>Entries of a proof file that prove, each once, in the order of their sizes.</summary>
internal sealed class ProofSet(LogSweep sweep, ProofKind kind, ProofRules rules)
{
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _entries = new(StringComparer.Ordinal);

    internal int Count => _entries.Count;

    internal IEnumerable<ReadOnlyMemory<byte>> Entries => _entries.Values;

    /// <summary>Takes an entry if it proves; whether it does.</summary>
    internal bool Take(ReadOnlyMemory<byte> payload)
    {
        var key = kind == ProofKind.Anchors ? AnchorKey(payload.Span) : CosignatureKey(payload.Span);
        if (key is not null) _entries.TryAdd(key, payload);
        return key is not null;
    }

    /// <summary>Whether there is an anchor proof of that size.</summary>
    internal bool HasAnchor(ulong size) => _entries.Keys.Any(key => key.StartsWith(SizeKey(size), StringComparison.Ordinal));

    private string? AnchorKey(ReadOnlySpan<byte> payload) => rules.ReadAnchor(payload, sweep.Store.Key, sweep.Tree, out _) is { } proof
        ? $"{SizeKey(proof.Size)}{proof.BlockNumber:D20} {Convert.ToHexStringLower(proof.BlockHash)}"
        : null;

    private string? CosignatureKey(ReadOnlySpan<byte> payload) => rules.ReadCosignature(payload, sweep.Store.Key, sweep.Tree, out _) is { } entry
        ? $"{SizeKey(entry.Checkpoint.Size)}{entry.Witness.Name} {entry.Witness.KeyId:x8}"
        : null;

    private static string SizeKey(ulong size) => size.ToString("D20", CultureInfo.InvariantCulture) + " ";
}

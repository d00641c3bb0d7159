using System.Globalization;
using Evidence.Core.Trust;

namespace Evidence.Core.Chain.Consensus;

/// <summary>Who may seal a block, as trust.json says it for the block's height, or as a history of headers proves it.</summary>
internal sealed class ValidatorSet
{
    private readonly string[] _sorted;

    private ValidatorSet(IEnumerable<string> addresses)
    {
        _sorted = [.. addresses.Select(static address => address.ToLowerInvariant()).Distinct(StringComparer.Ordinal)];
        // Addresses in lower-case hex sort as their bytes do.
        Array.Sort(_sorted, StringComparer.Ordinal);
    }

    /// <summary>Addresses, lower-case hex with 0x, ascending by their bytes.</summary>
    internal IReadOnlyList<string> Addresses => _sorted;

    internal int Count => _sorted.Length;

    /// <summary>More than half.</summary>
    internal int Majority => Count / 2 + 1;

    /// <summary>Two thirds, rounded up: as many as commit to a QBFT or IBFT 2.0 block.</summary>
    internal int CommitQuorum => (2 * Count + 2) / 3;

    /// <summary>Whether it follows from a history of headers, and trust.json does not name it for the height.</summary>
    internal bool IsProven { get; init; }

    /// <summary>Who says that these are the validators.</summary>
    internal string NamedBy => IsProven ? "the history of headers" : "trust.json";

    /// <summary>The set in force at a height; null when trust.json names none, or more than one.</summary>
    internal static ValidatorSet? At(TrustedChain chain, ulong number) =>
        chain.Validators.Where(range => range.From <= number && !(range.To < number)).ToList() is [{ Addresses.Count: > 0 } only] ? Of(only) : null;

    internal static ValidatorSet Of(ValidatorRange range) => new(range.Addresses);

    internal ValidatorSet With(string address) => new([.. _sorted, address]) { IsProven = IsProven };

    internal ValidatorSet Without(string address) => new(_sorted.Where(own => own != address)) { IsProven = IsProven };

    /// <summary>The same set, where it is the history that says so.</summary>
    internal ValidatorSet Proven() => new(_sorted) { IsProven = true };

    internal bool Contains(string address) => Array.BinarySearch(_sorted, address, StringComparer.Ordinal) >= 0;

    /// <summary>Whether it is this signer's turn at a height (EIP-225).</summary>
    internal bool InTurn(string address, ulong number) => number % (ulong)Count is var turn && _sorted[turn] == address;

    internal bool IsSameAs(IEnumerable<string> addresses) => addresses.Order(StringComparer.Ordinal).SequenceEqual(_sorted, StringComparer.Ordinal);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} validators ({string.Join(", ", _sorted)})");
}

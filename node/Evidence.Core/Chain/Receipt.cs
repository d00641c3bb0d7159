namespace Evidence.Core.Chain;

/// <summary>One event of a transaction.</summary>
/// <param name="Address">The contract that wrote it, 20 bytes.</param>
/// <param name="Topics">At most four topics of 32 bytes.</param>
/// <param name="Data">ABI-encoded data.</param>
public sealed record LogEntry(byte[] Address, IReadOnlyList<byte[]> Topics, byte[] Data);

/// <summary>A transaction receipt, legacy (type 0) or typed (EIP-2718 types 1 to 4).</summary>
/// <param name="Type">EIP-2718 type; 0 is the legacy receipt.</param>
/// <param name="StatusOrRoot">1 or 0 as RLP integer bytes (EIP-658), or the 32-byte state root of older chains.</param>
/// <param name="CumulativeGasUsed">Gas used in the block up to and with this transaction.</param>
/// <param name="Bloom">Bloom filter of the logs, 256 bytes.</param>
/// <param name="Logs">The events.</param>
public sealed record Receipt(byte Type, byte[] StatusOrRoot, ulong CumulativeGasUsed, byte[] Bloom, IReadOnlyList<LogEntry> Logs)
{
    /// <summary>Whether the transaction succeeded (EIP-658 status 1).</summary>
    public bool Succeeded => StatusOrRoot is [1];

    /// <summary>Reads a receipt as it stands in the receipts trie: RLP, or the type byte and RLP.</summary>
    /// <exception cref="FormatException">Names what is wrong.</exception>
    public static Receipt Parse(ReadOnlyMemory<byte> encoded) => throw new NotImplementedException();

    /// <summary>The receipt as it stands in the receipts trie.</summary>
    public byte[] Encode() => throw new NotImplementedException();
}

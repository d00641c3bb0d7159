namespace Evidence.Core.Chain;

/// <summary>A transaction receipt, legacy (type 0) or typed (EIP-2718 types 1 to 4).</summary>
/// <param name="Type">EIP-2718 type; 0 is the legacy receipt.</param>
/// <param name="StatusOrRoot">1 or 0 as RLP integer bytes (EIP-658), or the 32-byte state root of older chains.</param>
/// <param name="CumulativeGasUsed">Gas used in the block up to and with this transaction.</param>
/// <param name="Bloom">Bloom filter of the logs, 256 bytes.</param>
/// <param name="Logs">The events.</param>
public sealed record Receipt(byte Type, byte[] StatusOrRoot, ulong CumulativeGasUsed, byte[] Bloom, IReadOnlyList<LogEntry> Logs)
{
    private const byte HighestType = 4, FirstListPrefix = 0xc0;

    /// <summary>Whether the transaction succeeded (EIP-658 status 1).</summary>
    public bool Succeeded => StatusOrRoot is [1];

    /// <summary>Reads a receipt as it stands in the receipts trie: RLP, or the type byte and RLP.</summary>
    /// <exception cref="FormatException">Names what is wrong.</exception>
    public static Receipt Parse(ReadOnlyMemory<byte> encoded)
    {
        if (encoded.IsEmpty) throw new FormatException("A receipt is empty.");
        var first = encoded.Span[0];
        if (first >= FirstListPrefix) return ParseFields(0, encoded);
        if (first is 0 or > HighestType) throw new FormatException($"A receipt of type {first} is not known.");
        return ParseFields(first, encoded[1..]);
    }

    /// <summary>The receipt as it stands in the receipts trie.</summary>
    public byte[] Encode()
    {
        var fields = Rlp.EncodeList(
            [Rlp.Encode(StatusOrRoot), Rlp.Encode(CumulativeGasUsed), Rlp.Encode(Bloom), Rlp.EncodeList(Logs.Select(static log => log.Encode()))]);
        return Type == 0 ? fields : [Type, .. fields];
    }

    private static Receipt ParseFields(byte type, ReadOnlyMemory<byte> rlp)
    {
        var fields = Rlp.Decode(rlp).List("A receipt");
        if (fields.Count != 4) throw new FormatException($"A receipt has 4 fields, not {fields.Count}.");
        var status = fields[0].Text("status").ToArray();
        if (status is not ([] or [1]) && status.Length != 32) throw new FormatException("A receipt's status is 0, 1 or a state root of 32 bytes.");
        return new Receipt(
            type,
            status,
            fields[1].UInt64("cumulativeGasUsed"),
            fields[2].Fixed(256, "logsBloom"),
            [.. fields[3].List("logs").Select(LogEntry.Parse)]);
    }
}

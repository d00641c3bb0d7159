namespace Evidence.Core.Chain;

/// <summary>An execution block header as a private chain may have it, from Berlin (15 fields) to Prague (21 fields).</summary>
public sealed class BlockHeader
{
    /// <summary>The fields' names in the JSON-RPC block object, in the order of the RLP list.</summary>
    public static IReadOnlyList<string> FieldNames { get; } =
    [
        "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty", "number", "gasLimit", "gasUsed",
        "timestamp", "extraData", "mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash",
    ];

    /// <summary>Reads a header from its RLP.</summary>
    /// <exception cref="FormatException">Names the field that is wrong.</exception>
    public static BlockHeader Parse(ReadOnlyMemory<byte> rlp) => throw new NotImplementedException();

    /// <summary>Builds a header from its fields in the order of <see cref="FieldNames"/>; integers big-endian without leading zeros.</summary>
    /// <exception cref="FormatException">Names the field that is wrong.</exception>
    public static BlockHeader FromFields(IReadOnlyList<byte[]> fields) => throw new NotImplementedException();

    /// <summary>The header's RLP.</summary>
    public ReadOnlyMemory<byte> Rlp => throw new NotImplementedException();

    /// <summary>The fields in the order of <see cref="FieldNames"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Fields => throw new NotImplementedException();

    /// <summary>Keccak-256 of the RLP: the block's hash, 32 bytes.</summary>
    public byte[] Hash => throw new NotImplementedException();

    /// <summary>Hash of the parent, 32 bytes.</summary>
    public byte[] ParentHash => throw new NotImplementedException();

    /// <summary>Root of the receipts trie, 32 bytes.</summary>
    public byte[] ReceiptsRoot => throw new NotImplementedException();

    /// <summary>Height of the block.</summary>
    public ulong Number => throw new NotImplementedException();

    /// <summary>Seconds since 1970-01-01T00:00:00Z.</summary>
    public ulong Timestamp => throw new NotImplementedException();

    /// <summary>The extra data, where permissioned consensus keeps its seals.</summary>
    public byte[] ExtraData => throw new NotImplementedException();
}

using Evidence.Core.Crypto;

namespace Evidence.Core.Chain;

/// <summary>
/// An execution block header as a private chain may have it: 15 fields before London, 16 with a base fee (EIP-1559), 17 from Shanghai, 20 from Cancun, 21 from Prague.
/// </summary>
public sealed class BlockHeader
{
    private const int Hash32 = 0, Address = 1, Bloom = 2, UInt64 = 3, UInt256 = 4, Text = 5, Nonce = 6;

    private static readonly int[] Kinds =
        [Hash32, Hash32, Address, Hash32, Hash32, Hash32, Bloom, UInt256, UInt64, UInt64, UInt64, UInt64, Text, Hash32, Nonce, UInt256, Hash32, UInt64, UInt64, Hash32, Hash32];

    private readonly IReadOnlyList<RlpItem> _fields;

    private BlockHeader(RlpItem list)
    {
        _fields = list.List("A block header");
        if (_fields.Count is not (15 or 16 or 17 or 20 or 21))
            throw new FormatException($"A block header has 15, 16, 17, 20 or 21 fields, not {_fields.Count}.");
        for (var i = 0; i < _fields.Count; i++) Check(_fields[i], Kinds[i], FieldNames[i]);
        Rlp = list.Raw;
        Number = _fields[8].UInt64("number");
        Timestamp = _fields[11].UInt64("timestamp");
    }

    /// <summary>The fields' names in the JSON-RPC block object, in the order of the RLP list.</summary>
    public static IReadOnlyList<string> FieldNames { get; } =
    [
        "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty", "number", "gasLimit", "gasUsed",
        "timestamp", "extraData", "mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash",
    ];

    /// <summary>The header's RLP.</summary>
    public ReadOnlyMemory<byte> Rlp { get; }

    /// <summary>The fields in the order of <see cref="FieldNames"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Fields => [.. _fields.Select(static item => item.Bytes)];

    /// <summary>Keccak-256 of the RLP: the block's hash, 32 bytes.</summary>
    public byte[] Hash => Keccak256.Hash(Rlp.Span);

    /// <summary>Hash of the parent, 32 bytes.</summary>
    public byte[] ParentHash => _fields[0].Bytes.ToArray();

    /// <summary>Root of the receipts trie, 32 bytes.</summary>
    public byte[] ReceiptsRoot => _fields[5].Bytes.ToArray();

    /// <summary>Height of the block.</summary>
    public ulong Number { get; }

    /// <summary>Seconds since 1970-01-01T00:00:00Z.</summary>
    public ulong Timestamp { get; }

    /// <summary>The extra data, where permissioned consensus keeps its seals.</summary>
    public byte[] ExtraData => _fields[12].Bytes.ToArray();

    /// <summary>Reads a header from its RLP.</summary>
    /// <exception cref="FormatException">Names the field that is wrong.</exception>
    public static BlockHeader Parse(ReadOnlyMemory<byte> rlp) => new(Chain.Rlp.Decode(rlp));

    /// <summary>Builds a header from its fields in the order of <see cref="FieldNames"/>; integers big-endian without leading zeros.</summary>
    /// <exception cref="FormatException">Names the field that is wrong.</exception>
    public static BlockHeader FromFields(IReadOnlyList<byte[]> fields) =>
        Parse(Chain.Rlp.EncodeList(fields.Select(static bytes => Chain.Rlp.Encode(bytes))));

    private static void Check(RlpItem field, int kind, string name) => _ = kind switch
    {
        Hash32 => field.Fixed(32, name),
        Address => field.Fixed(20, name),
        Bloom => field.Fixed(256, name),
        Nonce => field.Fixed(8, name),
        UInt64 => field.Integer(8, name),
        UInt256 => field.Integer(32, name),
        _ => field.Text(name),
    };
}

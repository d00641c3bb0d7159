using Evidence.Core.Crypto;

namespace Evidence.Core.Chain;

/// <summary>
/// An execution block header as a private chain may have it: 15 fields before London, 16 with a base fee (EIP-1559), 17 from Shanghai, 20 from Cancun, 21 from Prague.
/// </summary>
public sealed class BlockHeader
{
    private const int Hash32 = 0, Address = 1, Bloom = 2, UInt64 = 3, UInt256 = 4, Text = 5, NonceBytes = 6;
    private const int ExtraDataField = 12;

    private static readonly byte[] EmptyListHash = Keccak256.Hash(Chain.Rlp.EncodeList([]));

    private static readonly int[] Kinds =
        [Hash32, Hash32, Address, Hash32, Hash32, Hash32, Bloom, UInt256, UInt64, UInt64, UInt64, UInt64, Text, Hash32, NonceBytes, UInt256, Hash32, UInt64, UInt64, Hash32, Hash32];

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

    /// <summary>The hash of an empty list of uncles, 32 bytes: what a chain without proof of work has in every header.</summary>
    public static ReadOnlySpan<byte> NoUncles => EmptyListHash;

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

    /// <summary>Keccak-256 of the RLP, 32 bytes: the block's hash, save where the consensus leaves its seals out (<see cref="Consensus.BlockHash"/>).</summary>
    public byte[] Hash => Keccak256.Hash(Rlp.Span);

    /// <summary>Hash of the parent, 32 bytes.</summary>
    public byte[] ParentHash => _fields[0].Bytes.ToArray();

    /// <summary>Root of the state trie as the block left it, 32 bytes.</summary>
    public byte[] StateRoot => _fields[3].Bytes.ToArray();

    /// <summary>Root of the receipts trie, 32 bytes.</summary>
    public byte[] ReceiptsRoot => _fields[5].Bytes.ToArray();

    /// <summary>Height of the block.</summary>
    public ulong Number { get; }

    /// <summary>Seconds since 1970-01-01T00:00:00Z.</summary>
    public ulong Timestamp { get; }

    /// <summary>Hash of the list of uncles, 32 bytes.</summary>
    public byte[] UnclesHash => _fields[1].Bytes.ToArray();

    /// <summary>Who is credited with the fees, or whom Clique votes on, 20 bytes.</summary>
    public byte[] Beneficiary => _fields[2].Bytes.ToArray();

    /// <summary>Root of the transactions trie, 32 bytes.</summary>
    public byte[] TransactionsRoot => _fields[4].Bytes.ToArray();

    /// <summary>Difficulty: big-endian, without leading zeros.</summary>
    public ReadOnlyMemory<byte> Difficulty => _fields[7].Bytes;

    /// <summary>The mix hash, 32 bytes.</summary>
    public byte[] MixHash => _fields[13].Bytes.ToArray();

    /// <summary>The nonce, 8 bytes.</summary>
    public byte[] Nonce => _fields[14].Bytes.ToArray();

    /// <summary>The extra data, where permissioned consensus keeps its seals.</summary>
    public byte[] ExtraData => _fields[ExtraDataField].Bytes.ToArray();

    /// <summary>Keccak-256 of the header's RLP with other extra data: what permissioned consensus signs, 32 bytes.</summary>
    public byte[] HashWith(ReadOnlySpan<byte> extraData)
    {
        var encoded = Chain.Rlp.Encode(extraData);
        return Keccak256.Hash(Chain.Rlp.EncodeList(_fields.Select((item, index) => index == ExtraDataField ? encoded : item.Raw.ToArray())));
    }

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
        NonceBytes => field.Fixed(8, name),
        UInt64 => field.Integer(8, name),
        UInt256 => field.Integer(32, name),
        _ => field.Text(name),
    };
}

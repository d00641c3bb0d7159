namespace Evidence.Core.Chain.Consensus;

/// <summary>
/// The extra data of a QBFT or IBFT 2.0 header: the RLP list [vanity, [validators], vote, round, [commit seals]]. Read strictly: one value has one encoding.
/// Without a vote QBFT has an empty list and IBFT 2.0 the empty string; QBFT's round is a scalar, IBFT 2.0's has four bytes.
/// </summary>
public sealed class BftExtraData
{
    /// <summary>Length of the vanity in bytes.</summary>
    public const int VanityLength = 32;

    /// <summary>More validators or seals than this are not read: each costs a recovery of a key.</summary>
    public const int MaxValidators = 1024;

    private const byte Add = 0xff;
    private static readonly byte[] EmptyList = Rlp.EncodeList([]);

    private readonly IReadOnlyList<RlpItem> _items;
    private readonly bool _qbft;

    private BftExtraData(ReadOnlyMemory<byte> extraData, bool qbft)
    {
        _qbft = qbft;
        _items = Rlp.Decode(extraData).List("The extra data");
        if (_items.Count != 5) throw new FormatException($"The extra data has 5 items, not {_items.Count}.");
        _items[0].Fixed(VanityLength, "vanity");
        Validators = [.. AtMost(_items[1], "validators").Select(static item => item.Fixed(20, "validator"))];
        Vote = ReadVote(_items[2]);
        Round = ReadRound(_items[3]);
        Seals = [.. AtMost(_items[4], "commit seals").Select(static item => item.Fixed(SealSignature.Length, "commit seal"))];
    }

    /// <summary>Addresses of the validators that the header names, 20 bytes each; none where a contract keeps the list (QBFT).</summary>
    public IReadOnlyList<byte[]> Validators { get; }

    /// <summary>Whom the block's proposer votes on, 20 bytes, and whether to add him; null when the header holds no vote.</summary>
    public (byte[] Recipient, bool Adds)? Vote { get; }

    /// <summary>The round in which the block was agreed on.</summary>
    public uint Round { get; }

    /// <summary>The commit seals: r, s and the recovery id, 65 bytes each.</summary>
    public IReadOnlyList<byte[]> Seals { get; }

    /// <summary>The extra data over which the validators commit: with the round, without the seals.</summary>
    public byte[] ForCommitSeals => _qbft ? Encode(Kept(4).Append(EmptyList)) : Encode(Kept(4));

    /// <summary>The extra data that gives the block's hash: round and seals as if they were not there.</summary>
    public byte[] ForBlockHash => _qbft ? Encode(Kept(3).Append(Rlp.Encode(0UL)).Append(EmptyList)) : Encode(Kept(3));

    /// <summary>Reads the extra data of a header.</summary>
    /// <param name="extraData">The bytes.</param>
    /// <param name="consensus"><see cref="ConsensusNames.Qbft"/> or <see cref="ConsensusNames.Ibft2"/>.</param>
    /// <exception cref="FormatException">Says what is malformed.</exception>
    /// <exception cref="ArgumentException">Another consensus.</exception>
    public static BftExtraData Parse(ReadOnlyMemory<byte> extraData, string consensus) => ConsensusNames.HasCommitSeals(consensus)
        ? new BftExtraData(extraData, consensus == ConsensusNames.Qbft)
        : throw new ArgumentException($"Headers of '{consensus}' have no commit seals.", nameof(consensus));

    private static IReadOnlyList<RlpItem> AtMost(RlpItem item, string name) =>
        item.List(name) is var list && list.Count <= MaxValidators ? list : throw new FormatException($"{name}: {list.Count} are more than the {MaxValidators} that are read.");

    private (byte[] Recipient, bool Adds)? ReadVote(RlpItem vote)
    {
        if (vote.IsList == _qbft && (vote.IsList ? vote.Items.Count == 0 : vote.Bytes.IsEmpty)) return null;
        var fields = vote.List("vote");
        if (fields.Count != 2) throw new FormatException($"A vote has 2 fields, not {fields.Count}.");
        var recipient = fields[0].Fixed(20, "recipient");
        var kind = fields[1].Text("vote type").Span;
        if (kind.SequenceEqual([Add])) return (recipient, true);
        return kind.SequenceEqual(_qbft ? [] : [0]) ? (recipient, false) : throw new FormatException("The vote's type is neither add nor drop.");
    }

    private uint ReadRound(RlpItem item)
    {
        var bytes = _qbft ? item.Integer(sizeof(uint), "round").Span : item.Fixed(sizeof(uint), "round");
        var round = 0u;
        foreach (var digit in bytes) round = (round << 8) | digit;
        return round <= int.MaxValue ? round : throw new FormatException("The round is larger than 2^31-1.");
    }

    private IEnumerable<byte[]> Kept(int count) => _items.Take(count).Select(static item => item.Raw.ToArray());

    private static byte[] Encode(IEnumerable<byte[]> items) => Rlp.EncodeList(items);
}

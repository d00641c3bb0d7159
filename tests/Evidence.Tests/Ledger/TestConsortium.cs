using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Crypto;
using Evidence.Core.Trust;

namespace Evidence.Tests.Ledger;

/// <summary>
/// A chain that the tests seal with validators' keys of their own, always the same: <see cref="Anchor"/> is a proof as a node captures it, and
/// <see cref="Trusted"/> what trust.json says of the chain. The parts are there for whoever forges.
/// </summary>
internal sealed class TestConsortium
{
    internal const ulong ChainId = 2026, FirstBlock = 18;
    internal static readonly string[] SealedKinds = [ConsensusNames.Clique, ConsensusNames.Qbft, ConsensusNames.Ibft2];
    private const int Parent = 0, Uncles = 1, Receipts = 5, Difficulty = 7, Height = 8, Time = 11, Extra = 12, Mix = 13;
    private const ulong FirstTime = 1_800_000_000, Period = 5;

    private readonly int _fields;

    /// <param name="consensus">none, clique, qbft or ibft2.</param>
    /// <param name="validators">How many validators there are.</param>
    /// <param name="fields">Fields of a header: 15 (Berlin), 16 (London), 17 (Shanghai), 20 (Cancun) or 21 (Prague).</param>
    internal TestConsortium(string consensus, int validators = 4, int fields = 16)
    {
        (Consensus, _fields) = (consensus, fields);
        Keys = Sorted(Enumerable.Range(0, validators).Select(Key));
    }

    /// <summary>A consortium of these keys.</summary>
    internal TestConsortium(string consensus, IEnumerable<byte[]> keys)
    {
        (Consensus, _fields) = (consensus, 16);
        Keys = Sorted(keys);
    }

    internal string Consensus { get; }

    /// <summary>The validators' keys, ascending by their addresses.</summary>
    internal IReadOnlyList<byte[]> Keys { get; }

    internal TrustedChain Trusted => new(
        ChainId, "0x" + new string('0', 64), SampleChain.ContractText, Consensus, Consensus == ConsensusNames.None ? [] : [new ValidatorRange(0, null, [.. Keys.Select(AddressOf)])]);

    /// <summary>The key of a validator, or of somebody who is none.</summary>
    internal static byte[] Key(int index) => SHA256.HashData(Encoding.ASCII.GetBytes($"validator {index}"));

    internal static string AddressOf(byte[] key) => "0x" + Convert.ToHexStringLower(Address(key));

    /// <summary>An anchor in block 18, sealed by all, or on which enough signers have built.</summary>
    internal AnchorProof Anchor(Digest logId, ulong size, Digest root, string checkpoint, Receipt? receipt = null)
    {
        var own = (receipt ?? SampleChain.Receipt(new AnchoredEvent(logId, size, root, 0).ToLogEntry(SampleChain.Contract))).Encode();
        var trie = ReceiptTrie.Build([SampleChain.Receipt().Encode(), own, SampleChain.Receipt().Encode()]);
        var proof = new AnchorProof(ChainId, SampleChain.ContractText, logId, size, root, checkpoint, 0, [], [], SHA256.HashData(own), 1, own, trie.Proof(1), []);
        return On(proof, Blocks(trie.Root));
    }

    /// <summary>The proof with other headers, the first of them the anchor's block.</summary>
    internal AnchorProof On(AnchorProof proof, IReadOnlyList<BlockHeader> headers) => proof with
    {
        BlockNumber = headers[0].Number,
        BlockHash = BlockHash.TryOf(headers[0], Consensus) ?? headers[0].Hash,
        Header = headers[0].Rlp.ToArray(),
        FollowingHeaders = [.. headers.Skip(1).Select(static header => header.Rlp.ToArray())],
    };

    /// <summary>The blocks that an honest chain has from the anchor's on: as many as its consensus needs.</summary>
    internal IReadOnlyList<BlockHeader> Blocks(byte[] receiptsRoot) => Consensus switch
    {
        ConsensusNames.Clique => Clique(receiptsRoot, [.. Enumerable.Range(0, Keys.Count / 2 + 1).Select(i => InTurn(FirstBlock + (ulong)i))]),
        ConsensusNames.Qbft or ConsensusNames.Ibft2 => [Committed(receiptsRoot, [.. Keys])],
        _ => [BlockHeader.FromFields(Fields(FirstBlock, receiptsRoot))],
    };

    /// <summary>The key whose turn it is at a height.</summary>
    internal byte[] InTurn(ulong number) => Keys[(int)(number % (ulong)Keys.Count)];

    /// <summary>A QBFT or IBFT 2.0 header with commit seals by <paramref name="sealers"/>.</summary>
    /// <param name="receiptsRoot">What the block holds.</param>
    /// <param name="sealers">Keys, each sealing once for each time that it stands here.</param>
    /// <param name="edit">Changes fields before the seals are made.</param>
    /// <param name="listed">Keys of the validators that the header names; the consortium's when null.</param>
    /// <param name="round">The round.</param>
    /// <param name="vote">Whose key the proposer votes on, and whether to add it.</param>
    internal BlockHeader Committed(
        byte[] receiptsRoot, IReadOnlyList<byte[]> sealers, Action<byte[][]>? edit = null, IReadOnlyList<byte[]>? listed = null, int round = 0, (byte[] Subject, bool Adds)? vote = null)
    {
        var fields = Fields(FirstBlock, receiptsRoot);
        (fields[Difficulty], fields[Mix]) = ([1], CommitSealCheck.MixHash);
        edit?.Invoke(fields);
        listed ??= Keys;
        fields[Extra] = CommitExtra(listed, round, vote, null);
        var hash = BlockHeader.FromFields(fields).Hash;
        fields[Extra] = CommitExtra(listed, round, vote, [.. sealers.Select(key => Seal(hash, key))]);
        return BlockHeader.FromFields(fields);
    }

    /// <summary>A chain of Clique headers from block <paramref name="first"/> on, one by each signer.</summary>
    /// <param name="receiptsRoot">What the first block holds.</param>
    /// <param name="signers">Keys of the signers in order.</param>
    /// <param name="edit">Changes fields before a header is sealed; it is told how many headers come before.</param>
    /// <param name="listed">Keys of the signers that header number so and so lists.</param>
    /// <param name="first">Height of the first block.</param>
    internal IReadOnlyList<BlockHeader> Clique(
        byte[] receiptsRoot, IReadOnlyList<byte[]> signers, Action<int, byte[][]>? edit = null, Func<int, IReadOnlyList<byte[]>>? listed = null, ulong first = FirstBlock)
    {
        var headers = new List<BlockHeader>();
        foreach (var signer in signers)
        {
            var (at, number) = (headers.Count, first + (ulong)headers.Count);
            var fields = Fields(number, at == 0 ? receiptsRoot : new byte[32]);
            fields[Time] = Rlp.IntegerBytes(FirstTime + Period * (ulong)at);
            if (at > 0) fields[Parent] = headers[^1].Hash;
            fields[Difficulty] = [signer.AsSpan().SequenceEqual(InTurn(number)) ? (byte)2 : (byte)1];
            fields[Extra] = [.. new byte[32], .. (listed?.Invoke(at) ?? []).SelectMany(Address)];
            edit?.Invoke(at, fields);
            fields[Extra] = [.. fields[Extra], .. Seal(BlockHeader.FromFields(fields).Hash, signer)];
            headers.Add(BlockHeader.FromFields(fields));
        }

        return headers;
    }

    internal static byte[] Seal(byte[] hash, byte[] key)
    {
        var (r, s, recoveryId) = Secp256k1.Sign(hash, key);
        return [.. r, .. s, (byte)recoveryId];
    }

    /// <summary>The extra data of QBFT or IBFT 2.0; for the hash over which the validators commit when <paramref name="seals"/> is null.</summary>
    private byte[] CommitExtra(IReadOnlyList<byte[]> listed, int round, (byte[] Subject, bool Adds)? vote, IReadOnlyList<byte[]>? seals)
    {
        var qbft = Consensus == ConsensusNames.Qbft;
        var fourBytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(fourBytes, round);
        List<byte[]> items =
        [
            Rlp.Encode(new byte[32]), Rlp.EncodeList(listed.Select(static key => Rlp.Encode(Address(key)))),
            Vote(vote, qbft), qbft ? Rlp.Encode((ulong)round) : Rlp.Encode(fourBytes),
        ];
        if (seals is not null || qbft) items.Add(Rlp.EncodeList((seals ?? []).Select(static seal => Rlp.Encode(seal))));
        return Rlp.EncodeList(items);
    }

    private static byte[] Vote((byte[] Subject, bool Adds)? vote, bool qbft)
    {
        if (vote is not { } cast) return qbft ? Rlp.EncodeList([]) : Rlp.Encode([]);
        byte[] kind = cast.Adds ? [0xff] : qbft ? [] : [0];
        return Rlp.EncodeList([Rlp.Encode(Address(cast.Subject)), Rlp.Encode(kind)]);
    }

    private static byte[][] Sorted(IEnumerable<byte[]> keys) => [.. keys.OrderBy(AddressOf, StringComparer.Ordinal)];

    private byte[][] Fields(ulong number, byte[] receiptsRoot)
    {
        var fields = SampleChain.HeaderFields()[.._fields];
        (fields[Uncles], fields[Receipts], fields[Height], fields[Time]) = (BlockHeader.NoUncles.ToArray(), receiptsRoot, Rlp.IntegerBytes(number), Rlp.IntegerBytes(FirstTime));
        return fields;
    }

    internal static byte[] Address(byte[] key) => Secp256k1.AddressOf(Secp256k1.PublicKey(key));
}

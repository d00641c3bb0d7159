using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;

namespace Evidence.Tests.Ledger;

/// <summary>
/// A chain whose validators vote on each other. It knows no rule of counting: the test says with <see cref="Becomes"/> when the validators have changed, as the rules
/// have it or as a forger would.
/// </summary>
internal sealed class VotingChain
{
    private const int Parent = 0, Beneficiary = 2, Height = 8, Time = 11, Nonce = 14;
    private static readonly byte[] AddNonce = [.. Enumerable.Repeat((byte)0xff, 8)];

    private readonly string _consensus;
    private readonly TrustedChain _trusted;
    private readonly List<byte[]> _signers = [];
    private readonly ulong _epoch, _first;

    /// <param name="consensus">clique, qbft or ibft2.</param>
    /// <param name="validators">Numbers of the keys of those with whom it begins.</param>
    /// <param name="epoch">Where votes lapse.</param>
    /// <param name="first">Height of the first header.</param>
    internal VotingChain(string consensus, int[] validators, ulong epoch = TrustedChain.UsualEpoch, ulong first = 1)
    {
        (_consensus, _epoch, _first) = (consensus, epoch, first);
        Becomes(validators);
        _trusted = Now.Trusted with { Epoch = epoch };
    }

    internal List<BlockHeader> Headers { get; } = [];

    internal ValidatorHistory History => new([.. Headers.Select(static header => header.Rlp.ToArray())]);

    /// <summary>Those who are in force at the next block.</summary>
    internal TestConsortium Now { get; private set; } = null!;

    /// <summary>What trust.json says: who began, up to and including a height.</summary>
    internal TrustedChain TrustedTo(ulong to) => _trusted with { FollowsHistory = true, Validators = [new ValidatorRange(0, to, _trusted.Validators[0].Addresses)] };

    internal void Becomes(params IEnumerable<int> validators) => Now = new TestConsortium(_consensus, validators.Select(TestConsortium.Key));

    /// <summary>One vote, in a block that its voter makes; where Clique does not let him yet, after blocks of others.</summary>
    internal void Vote(int voter, int subject, bool adds)
    {
        var key = TestConsortium.Key(voter);
        while (_consensus == ConsensusNames.Clique && IsRecent(key)) Block(Next(except: key));
        Block(key, (TestConsortium.Key(subject), adds));
    }

    /// <summary>Blocks without a vote.</summary>
    internal void Pass(int blocks)
    {
        for (var i = 0; i < blocks; i++) Block(Next());
    }

    /// <summary>Blocks without a vote up to and including a height.</summary>
    internal void PassTo(ulong height)
    {
        while (Headers.Count == 0 || Headers[^1].Number < height) Block(Next());
    }

    /// <summary>An anchor in the next block, with what is built on it; the chain itself does not grow.</summary>
    internal AnchorProof Anchor() => Anchor(SealCheckTests.Anchor);

    /// <summary>What a consortium anchored, in the next block of this chain.</summary>
    internal AnchorProof Anchor(Func<TestConsortium, AnchorProof> make)
    {
        var (headers, signers) = (Headers.Count, _signers.Count);
        var proof = make(Now);
        Block(Next(), receiptsRoot: BlockHeader.Parse(proof.Header).ReceiptsRoot);
        if (_consensus == ConsensusNames.Clique) Pass(Now.Keys.Count / 2);
        var anchored = Now.On(proof, Headers[headers..]);
        Headers.RemoveRange(headers, Headers.Count - headers);
        _signers.RemoveRange(signers, _signers.Count - signers);
        return anchored;
    }

    /// <summary>One block by a signer or proposer, sealed by all who are in force, or by others.</summary>
    internal void Block(byte[] by, (byte[] Subject, bool Adds)? vote = null, IReadOnlyList<byte[]>? sealers = null, byte[]? receiptsRoot = null, IReadOnlyList<byte[]>? listed = null)
    {
        var number = Headers.Count == 0 ? _first : Headers[^1].Number + 1;
        void Place(byte[][] fields)
        {
            if (Headers.Count > 0) fields[Parent] = BlockHash.Of(Headers[^1], _consensus);
            (fields[Height], fields[Time]) = (Rlp.IntegerBytes(number), Rlp.IntegerBytes(1_800_000_000 + 5 * number));
            if (_consensus != ConsensusNames.Clique) fields[Beneficiary] = TestConsortium.Address(by);
            else (fields[Beneficiary], fields[Nonce]) = (vote is { } cast ? TestConsortium.Address(cast.Subject) : new byte[20], vote is { Adds: true } ? AddNonce : new byte[8]);
        }

        receiptsRoot ??= new byte[32];
        Headers.Add(_consensus == ConsensusNames.Clique
            ? Now.Clique(receiptsRoot, [by], (_, fields) => Place(fields), _ => listed ?? (number % _epoch == 0 ? Now.Keys : []), number)[0]
            : Now.Committed(receiptsRoot, sealers ?? Now.Keys, Place, listed, vote: vote));
        _signers.Add(by);
    }

    /// <summary>Whoever may make the next block, whose turn it is first.</summary>
    internal byte[] Next(byte[]? except = null)
    {
        var turn = (Headers.Count == 0 ? _first : Headers[^1].Number + 1) % (ulong)Now.Keys.Count;
        return Now.Keys.Skip((int)turn).Concat(Now.Keys).First(key => !IsRecent(key) && !(except?.AsSpan().SequenceEqual(key) ?? false));
    }

    private bool IsRecent(byte[] key) => _signers.TakeLast(Now.Keys.Count / 2).Any(signer => signer.AsSpan().SequenceEqual(key));
}

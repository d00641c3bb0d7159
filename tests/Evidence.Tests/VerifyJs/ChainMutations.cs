using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Tests.Ledger;

namespace Evidence.Tests.VerifyJs;

/// <summary>Anchors on chains that keep to their rules or do not, in packages that fit, under a trust.json that is right or is not.</summary>
internal sealed class ChainMutations(Random random)
{
    private static readonly int[] Forks = [15, 16, 17, 20, 21];

    internal FuzzCase Make(int index)
    {
        var chain = new TestConsortium(Any(TestConsortium.SealedKinds), random.Next(1, 7), Any(Forks));
        var sound = SoundPackages.Sealed(chain);
        var anchor = AnchorOf(sound);
        var headers = chain.Consensus == ConsensusNames.Clique ? Clique(chain, Root(anchor)) : [Committed(chain, Root(anchor))];
        var witnesses = random.Next(3);
        return new FuzzCase($"{chain.Consensus} chain {index}", SoundPackages.With(chain.On(anchor, headers)), SoundPackages.Trust(Trusted(chain), witnesses == 0 || random.Next(5) > 0, witnesses), IsSound: true);
    }

    private static AnchorProof AnchorOf(FuzzCase item) => Evidence.Core.Packages.EvidencePackageReader.Verify(new MemoryStream(item.Package), null).Anchor!;

    private static byte[] Root(AnchorProof anchor) => BlockHeader.Parse(anchor.Header).ReceiptsRoot;

    private BlockHeader Committed(TestConsortium chain, byte[] root) =>
        chain.Committed(root, [.. Some(chain)], random.Next(3) == 0 ? Edit : null, random.Next(4) == 0 ? [.. Some(chain)] : null, random.Next(3) == 0 ? random.Next(3000) : 0);

    private IReadOnlyList<BlockHeader> Clique(TestConsortium chain, byte[] root)
    {
        var (first, edited) = (random.Next(4) == 0 ? 30_000 - (ulong)random.Next(4) : TestConsortium.FirstBlock, random.Next(6));
        var signers = Enumerable.Range(0, random.Next(1, 7)).Select(i => random.Next(4) > 0 ? chain.InTurn(first + (ulong)i) : Key(chain)).ToList();
        return chain.Clique(root, signers, (at, fields) => EditAt(at == edited, fields), at => first + (ulong)at == 30_000 && random.Next(3) > 0 ? chain.Keys : random.Next(12) == 0 ? [Key(chain)] : [], first);
    }

    private void EditAt(bool isHere, byte[][] fields)
    {
        if (isHere && random.Next(2) == 0) Edit(fields);
    }

    /// <summary>A field that the sealing rules speak of.</summary>
    private void Edit(byte[][] fields)
    {
        var at = Any([1, 2, 7, 11, 13, 14]);
        fields[at] = at switch
        {
            7 => [(byte)random.Next(1, 4)],
            11 => Rlp.IntegerBytes((ulong)random.Next(1, 2_000_000_000)),
            _ => [.. fields[at][..^1], (byte)random.Next(256)],
        };
    }

    private TrustedChain Trusted(TestConsortium chain)
    {
        var addresses = chain.Keys.Select(TestConsortium.AddressOf).Where(_ => random.Next(8) > 0).DefaultIfEmpty(TestConsortium.AddressOf(TestConsortium.Key(50))).ToList();
        var trusted = chain.Trusted with { Consensus = random.Next(8) > 0 ? chain.Consensus : Any(TestConsortium.SealedKinds) };
        return random.Next(5) switch
        {
            0 => trusted with { Validators = [new ValidatorRange(0, null, addresses)] },
            1 => trusted with { Validators = [new ValidatorRange(0, TestConsortium.FirstBlock, addresses), new ValidatorRange(TestConsortium.FirstBlock + (ulong)random.Next(1, 3), null, trusted.Validators[0].Addresses)] },
            2 when trusted.Consensus == ConsensusNames.Clique => trusted with { Epoch = (ulong)random.Next(1, 20) },
            _ => trusted,
        };
    }

    private IEnumerable<byte[]> Some(TestConsortium chain) => random.Next(3) == 0 ? Enumerable.Range(0, random.Next(1, 8)).Select(_ => Key(chain)) : chain.Keys.Where(_ => random.Next(6) > 0);

    private byte[] Key(TestConsortium chain) => random.Next(6) == 0 ? TestConsortium.Key(50 + random.Next(3)) : Any(chain.Keys);

    private T Any<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}

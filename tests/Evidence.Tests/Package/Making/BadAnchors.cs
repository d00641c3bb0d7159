using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Trust;
using Evidence.Tests.Ledger;

namespace Evidence.Tests.Package.Making;

/// <summary>Packages in the form of the format, with anchors that do not prove what they state, or under a trust.json that does not take them.</summary>
internal static class BadAnchors
{
    private static readonly VectorRecord Record = VectorRecord.Unsigned(1);
    private static readonly VectorLog One = new("none", Record);
    private static readonly AnchorProof Anchor = One.Anchor!;

    internal static IEnumerable<PackageVector> All() => [.. Anchors(), .. Trusts(), .. Seals("qbft"), .. Seals("ibft2"), .. Clique()];

    private static IEnumerable<PackageVector> Anchors()
    {
        yield return With("E501_another_height", Anchor with { BlockNumber = 19 });
        yield return With("E501_failed_transaction", Mined(SampleChain.Receipt(Event(Anchor.Root)) with { StatusOrRoot = [] }));
        yield return With("E501_event_of_another_root", Mined(SampleChain.Receipt(Event(Digest.Of("another"u8)))));
        yield return With("E502_not_anchored", null);
        yield return With("E503_header", Anchor with { Header = [0xc0] });
        yield return With("E503_receipt", Anchor with { Receipt = [1] });
        yield return With("E503_checkpoint", Anchor with { Checkpoint = "no checkpoint\n" });
        yield return With("E504_event_of_another_contract", Mined(SampleChain.Receipt(Event(Anchor.Root) with { Address = new byte[20] })));
        yield return With("E504_no_event", Mined(SampleChain.Receipt()));
        yield return With("E509_hash_of_the_header", Anchor with { BlockHash = new byte[32] });
        yield return With("E509_header_that_does_not_follow", Anchor with { FollowingHeaders = [Anchor.Header] });
        yield return With("E510_another_receipt", Anchor with { Receipt = SampleChain.Receipt(Event(Anchor.Root), Event(Anchor.Root)).Encode() });
        yield return With("E510_no_trie_nodes", Anchor with { ReceiptProof = [] });
        yield return OtherSize();
    }

    private static IEnumerable<PackageVector> Trusts()
    {
        yield return Judged("E504_another_chain", One, static trust => trust with { Chain = trust.Chain with { ChainId = 1 } });
        yield return Judged("E504_another_contract", One, static trust => trust with { Chain = trust.Chain with { Contract = "0x" + new string('1', 40) } });
        yield return new("bad/E505_no_trust_json", One.Package(), null);
        var qbft = new VectorLog("qbft", Record);
        yield return Judged("E508_validators_of_the_height_not_named", qbft, static trust => trust with { Chain = trust.Chain with { Validators = [trust.Chain.Validators[0] with { From = 1000 }] } });
    }

    private static IEnumerable<PackageVector> Seals(string consensus)
    {
        var log = new VectorLog(consensus, Record);
        var (chain, keys, root) = (log.Chain, log.Chain.Keys, BlockHeader.Parse(log.Anchor!.Header).ReceiptsRoot);
        byte[] stranger = TestConsortium.Key(99);
        PackageVector Sealed(string name, BlockHeader header) => new($"bad/{name}", new VectorLog(consensus, Record) { Anchor = chain.On(log.Anchor, [header]) }.Package(), log.Trust);
        yield return Sealed($"E516_{consensus}_two_of_four_seals", chain.Committed(root, [keys[0], keys[1]]));
        yield return Sealed($"E517_{consensus}_a_seal_twice", chain.Committed(root, [keys[0], keys[1], keys[1]]));
        yield return Sealed($"E518_{consensus}_a_stranger", chain.Committed(root, [keys[0], keys[1], stranger]));
        yield return Sealed($"E520_{consensus}_difficulty", chain.Committed(root, [.. keys], static fields => fields[7] = [2]));
        yield return Sealed($"E521_{consensus}_other_validators", chain.Committed(root, [.. keys], listed: [.. keys.Take(3)]));
        yield return Sealed($"E519_{consensus}_extra_data", BlockHeader.FromFields([.. chain.Committed(root, [.. keys]).Fields.Select(static (field, i) => i == 12 ? (byte[])[1, 2, 3] : field.ToArray())]));
    }

    private static IEnumerable<PackageVector> Clique()
    {
        var log = new VectorLog("clique", Record);
        var (chain, root) = (log.Chain, BlockHeader.Parse(log.Anchor!.Header).ReceiptsRoot);
        byte[] a = chain.InTurn(18), b = chain.InTurn(19), c = chain.InTurn(20);
        PackageVector Built(string name, IReadOnlyList<byte[]> signers, Action<int, byte[][]>? edit = null) =>
            new($"bad/{name}", new VectorLog("clique", Record) { Anchor = chain.On(log.Anchor, chain.Clique(root, signers, edit)) }.Package(), log.Trust);
        yield return Built("E516_clique_no_majority_built_on_it", [a, b]);
        yield return Built("E517_clique_a_signer_too_early", [a, b, a]);
        yield return Built("E518_clique_a_stranger", [a, b, TestConsortium.Key(99)]);
        yield return Built("E520_clique_difficulty", [a, b, c], static (at, fields) => fields[7] = at == 1 ? [3] : fields[7]);
        yield return Built("E520_clique_time_that_does_not_rise", [a, b, c], static (at, fields) => fields[11] = at == 1 ? Rlp.IntegerBytes(1_700_000_000) : fields[11]);
        yield return Judged("E521_clique_other_signers", log, trust => trust with { Chain = trust.Chain with { Validators = [trust.Chain.Validators[0] with { Addresses = [.. trust.Chain.Validators[0].Addresses.Skip(1), TestConsortium.AddressOf(TestConsortium.Key(98))] }] } }) with { Name = "bad/E518_clique_a_signer_who_is_not_trusted" };
    }

    /// <summary>An anchor of another size than the checkpoint: no writer makes such a package.</summary>
    private static PackageVector OtherSize()
    {
        var larger = new VectorLog("none", Record, VectorRecord.Unsigned(2));
        var bytes = PackageForge.Members(larger.Package()).Find(static member => member.Name == "anchors/5.json").Bytes;
        return new("bad/E511_anchor_of_another_size", BadContainers.Edited(One.Package(), members => members[members.FindIndex(static member => member.Name == "anchors/3.json")] = ("anchors/5.json", bytes)), One.Trust);
    }

    private static PackageVector With(string name, AnchorProof? anchor) => new($"bad/{name}", new VectorLog("none", Record) { Anchor = anchor }.Package(), One.Trust);

    private static PackageVector Judged(string name, VectorLog log, Func<TrustPolicy, TrustPolicy> change) => new($"bad/{name}", log.Package(), change(log.Trust));

    private static AnchorProof Mined(Receipt receipt) => One.Chain.Anchor(Anchor.LogId, Anchor.Size, Anchor.Root, Anchor.Checkpoint, receipt);

    private static LogEntry Event(Digest root) => new AnchoredEvent(Anchor.LogId, Anchor.Size, root, 0).ToLogEntry(SampleChain.Contract);
}

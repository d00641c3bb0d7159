using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Tests.Ledger;

/// <summary>Chains of Clique headers that break a rule: each is named, and none is taken.</summary>
public sealed class CliqueForgeryTests
{
    private static readonly TestConsortium Chain = new(ConsensusNames.Clique);
    private static readonly AnchorProof Proof = SealCheckTests.Anchor(Chain);
    private static readonly byte[] Root = BlockHeader.Parse(Proof.Header).ReceiptsRoot;
    private static readonly byte[] A = Chain.InTurn(18), B = Chain.InTurn(19), C = Chain.InTurn(20), D = Chain.InTurn(21), Stranger = TestConsortium.Key(99);

    [Fact]
    public void Accepts_signers_out_of_turn_and_again_after_their_turn()
    {
        Assert.True(Check([A, C, B]).Holds);
        Assert.True(Check([B, A, D, B, A]).Holds);
        Assert.True(Check([A, B, C], (_, fields) => (fields[2], fields[14]) = (new byte[20], [.. Enumerable.Repeat((byte)0xff, 8)])).Holds);
    }

    [Fact]
    public void Finds_that_no_majority_built_on_the_block()
    {
        AssertFound(FindingCodes.ValidatorSealsMissing, Severity.Warning, Check([A]));
        AssertFound(FindingCodes.ValidatorSealsMissing, Severity.Warning, Check([A, B]));
        Assert.DoesNotContain(Check([A, B]).Findings, static finding => finding.Severity == Severity.Error);
    }

    [Fact]
    public void Finds_a_signer_twice_in_its_window()
    {
        AssertFound(FindingCodes.ValidatorSealDoubled, Severity.Warning, Check([A, B, A]));
        AssertFound(FindingCodes.ValidatorSealsMissing, Severity.Warning, Check([A, B, A]));
        AssertFound(FindingCodes.ValidatorSealDoubled, Severity.Warning, Check([A, B, C, C]));
        AssertFound(FindingCodes.ValidatorSealDoubled, Severity.Warning, Check([A, B, C, B]));
    }

    [Fact]
    public void Finds_a_signer_twice_in_its_window_though_it_was_not_named_yet_for_the_first_time()
    {
        var all = Chain.Trusted.Validators[0].Addresses;
        var joined = Check([A, B, B], change: chain => chain with { Validators = [new(0, 19, [.. all.Where(address => address != TestConsortium.AddressOf(B))]), new(20, null, all)] });
        AssertFound(FindingCodes.ValidatorSealUnexpected, Severity.Warning, joined);
        AssertFound(FindingCodes.ValidatorSealDoubled, Severity.Warning, joined);
    }

    [Fact]
    public void Finds_a_signer_whom_trust_json_does_not_name_or_no_longer_names()
    {
        AssertFound(FindingCodes.ValidatorSealUnexpected, Severity.Warning, Check([Stranger, B, C]));
        AssertFound(FindingCodes.ValidatorSealUnexpected, Severity.Warning, Check([A, B, C, Stranger]));
        var all = Chain.Trusted.Validators[0].Addresses;
        var removed = Check([A, B, C], change: chain => chain with { Validators = [new(0, 19, all), new(20, null, [.. all.Where(address => address != TestConsortium.AddressOf(C))])] });
        AssertFound(FindingCodes.ValidatorSealUnexpected, Severity.Warning, removed);
        AssertFound(FindingCodes.ValidatorSealsMissing, Severity.Warning, removed);
    }

    [Fact]
    public void Counts_nobody_who_came_after_the_block()
    {
        var all = Chain.Trusted.Validators[0].Addresses;
        var joined = Check([A, B, Stranger], change: chain => chain with { Validators = [new(0, 19, all), new(20, null, [.. all, TestConsortium.AddressOf(Stranger)])] });
        AssertFound(FindingCodes.ValidatorSealsMissing, Severity.Warning, joined);
        Assert.DoesNotContain(joined.Findings, static finding => finding.Code == FindingCodes.ValidatorSealUnexpected);
    }

    [Fact]
    public void Leaves_a_height_for_which_trust_json_names_no_signers_undetermined()
    {
        var all = Chain.Trusted.Validators[0].Addresses;
        foreach (var ranges in new ValidatorRange[][] { [new(19, null, all)], [new(0, 19, all)], [new(0, 18, all), new(20, null, all)] })
            AssertFound(FindingCodes.SealsUnchecked, Severity.Warning, Check([A, B, C], change: chain => chain with { Validators = ranges }));
    }

    [Fact]
    public void Finds_a_difficulty_that_is_not_that_of_the_turn()
    {
        AssertFound(FindingCodes.SealingRuleBroken, Severity.Warning, Check([A, B, C], (at, fields) => fields[7] = at == 1 ? [1] : fields[7]));
        AssertFound(FindingCodes.SealingRuleBroken, Severity.Warning, Check([A, C, D], (at, fields) => fields[7] = at == 1 ? [2] : fields[7]));
        AssertFound(FindingCodes.SealingRuleBroken, Severity.Error, Check([A, B, C], (at, fields) => fields[7] = at == 1 ? [3] : fields[7]));
        AssertFound(FindingCodes.SealingRuleBroken, Severity.Error, Check([A, B, C], (at, fields) => fields[7] = at == 0 ? [] : fields[7]));
    }

    [Fact]
    public void Finds_fields_that_no_clique_header_has()
    {
        foreach (var (field, value) in new (int, byte[])[] { (1, new byte[32]), (13, [.. new byte[31], 1]), (14, [.. new byte[7], 1]) })
        {
            foreach (var which in new[] { 0, 2 })
                AssertFound(FindingCodes.SealingRuleBroken, Severity.Error, Check([A, B, C], (at, fields) => fields[field] = at == which ? value : fields[field]));
        }
    }

    [Fact]
    public void Finds_a_time_that_does_not_rise()
    {
        foreach (var time in new ulong[] { 1_800_000_000, 1_799_999_999 })
            AssertFound(FindingCodes.SealingRuleBroken, Severity.Error, Check([A, B, C], (at, fields) => fields[11] = at == 1 ? Rlp.IntegerBytes(time) : fields[11]));
    }

    [Fact]
    public void Finds_headers_that_are_missing_or_in_another_order()
    {
        var headers = Chain.Clique(Root, [A, B, C, D]);
        foreach (var order in new int[][] { [0, 2, 3], [0, 1, 3], [0, 2, 1], [0, 1, 1], [0, 0, 1] })
            AssertFound(FindingCodes.HeaderChanged, Severity.Error, Judge([.. order.Select(at => headers[at])]));
        var skipped = Chain.Clique(Root, [A, B, C], (at, fields) => fields[8] = at == 2 ? [21] : fields[8]);
        AssertFound(FindingCodes.HeaderChanged, Severity.Error, Judge(skipped));
    }

    [Fact]
    public void Wants_the_list_of_signers_at_a_checkpoint_and_only_there()
    {
        IReadOnlyList<byte[]> sorted = Chain.Keys, none = [];
        Assert.True(Check([A, B, C], epoch: 9, listed: at => at == 0 ? sorted : none).Holds);
        Assert.True(Check([A, B, C], epoch: 10, listed: at => at == 2 ? sorted : none).Holds);
        AssertFound(FindingCodes.ValidatorsDiffer, Severity.Warning, Check([A, B, C], epoch: 9));
        AssertFound(FindingCodes.ValidatorsDiffer, Severity.Warning, Check([A, B, C], epoch: 9, listed: at => at == 0 ? [.. sorted.Reverse()] : none));
        AssertFound(FindingCodes.ValidatorsDiffer, Severity.Warning, Check([A, B, C], epoch: 9, listed: at => at == 0 ? [.. sorted.Skip(1)] : none));
        AssertFound(FindingCodes.SealingRuleBroken, Severity.Error, Check([A, B, C], epoch: 10, listed: _ => sorted));
        AssertFound(FindingCodes.SealingRuleBroken, Severity.Error, Check([A, B, C], (_, fields) => fields[2] = new byte[19].Append((byte)1).ToArray(), epoch: 9, listed: at => at == 0 ? sorted : none));
    }

    [Fact]
    public void Finds_extra_data_that_holds_no_seal()
    {
        var header = Chain.Clique(Root, [A])[0];
        var extra = header.ExtraData;
        foreach (var bad in new byte[][] { [], extra[..64], extra[..96], [.. extra, 0], [.. new byte[31], .. extra], [.. extra[..^1], 2], [.. extra[..^65], .. new byte[65]] })
        {
            var fields = header.Fields.Select(static field => field.ToArray()).ToArray();
            fields[12] = bad;
            var check = Judge([BlockHeader.FromFields(fields)]);
            Assert.Contains(check.Findings, static finding => finding.Code is FindingCodes.ValidatorSealsUnreadable or FindingCodes.ValidatorSealUnexpected);
            Assert.False(check.Holds);
        }
    }

    [Fact]
    public void Reads_no_more_headers_than_it_says()
    {
        var many = Chain.Clique(Root, [.. Enumerable.Range(0, 4).Select(at => Chain.InTurn(18 + (ulong)at))]);
        var proof = Chain.On(Proof, many) with { FollowingHeaders = [.. Enumerable.Repeat(many[1].Rlp.ToArray(), 100_000)] };
        var check = SealCheckTests.Check(Chain, proof);
        Assert.Contains(check.Findings, static finding => finding is { Code: FindingCodes.AnchorUnreadable, Subject: "following headers" });
        Assert.True(check.Findings.Count < 10);
    }

    private static AnchorCheck Check(
        IReadOnlyList<byte[]> signers, Action<int, byte[][]>? edit = null, Func<TrustedChain, TrustedChain>? change = null, ulong epoch = TrustedChain.UsualEpoch, Func<int, IReadOnlyList<byte[]>>? listed = null) =>
        Judge(Chain.Clique(Root, signers, edit, listed), chain => (change?.Invoke(chain) ?? chain) with { Epoch = epoch });

    private static AnchorCheck Judge(IReadOnlyList<BlockHeader> headers, Func<TrustedChain, TrustedChain>? change = null) =>
        SealCheckTests.Check(Chain, Chain.On(Proof, headers), change);

    private static void AssertFound(string code, Severity severity, AnchorCheck check)
    {
        Assert.Contains(check.Findings, finding => finding.Code == code && finding.Severity == severity);
        Assert.Null(check.ProvenNoLaterThan);
    }
}

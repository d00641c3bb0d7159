using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Notes;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Tests.Verification;

namespace Evidence.Tests.Ledger;

public sealed class AnchorProofVerifierTests
{
    private static readonly SampleRecord Sample = new();
    private static readonly string Cosigned = Sample.CosignedNote.Encode();

    [Fact]
    public void Accepts_a_proof_whose_parts_fit_and_whose_witnesses_suffice()
    {
        Assert.True(AnchorProofVerifier.CheckForm(Sample.Anchor).Holds);
        var check = AnchorProofVerifier.Check(Sample.Anchor, Sample.Trust, Cosigned);
        Assert.True(check.Holds);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), check.BlockTime);
        Assert.Contains(check.Findings, static finding => finding.Code == FindingCodes.ChainWithoutSeals);
        Assert.True(AnchorProofVerifier.Check(Sample.Anchor with { Checkpoint = Cosigned }, Sample.Trust).Holds);
    }

    [Fact]
    public void Finds_a_change_of_any_byte_of_header_hash_receipt_and_trie()
    {
        foreach (var change in Flips())
        {
            var check = AnchorProofVerifier.CheckForm(change);
            Assert.False(check.Holds);
        }
    }

    [Fact]
    public void Finds_a_swapped_receipt_and_a_wrong_index()
    {
        AssertFound(Sample.Anchor with { TransactionIndex = 0 }, FindingCodes.ReceiptProofWrong);
        AssertFound(Sample.Anchor with { TransactionIndex = 2 }, FindingCodes.ReceiptProofWrong);
        AssertFound(Sample.Anchor with { ReceiptProof = [] }, FindingCodes.ReceiptProofWrong);
        AssertFound(Sample.Anchor with { ReceiptProof = [.. Sample.Anchor.ReceiptProof, .. Sample.Anchor.ReceiptProof] }, FindingCodes.ReceiptProofWrong);
        AssertFound(Sample.Anchor with { Receipt = new SampleRecord(leaves: 9).Anchor.Receipt }, FindingCodes.ReceiptProofWrong);
    }

    [Fact]
    public void Finds_a_header_of_another_height_or_hash()
    {
        AssertFound(Sample.Anchor with { BlockNumber = 19 }, FindingCodes.AnchorChanged);
        AssertFound(Sample.Anchor with { BlockHash = new byte[32] }, FindingCodes.HeaderChanged);
        AssertFound(Sample.Anchor with { Header = [0xc0] }, FindingCodes.AnchorUnreadable);
    }

    [Fact]
    public void Finds_following_headers_that_do_not_follow()
    {
        var next = SampleChain.Header(new byte[32], 19, Sample.Anchor.BlockHash);
        var after = SampleChain.Header(new byte[32], 20, next.Hash);
        Assert.True(AnchorProofVerifier.CheckForm(Sample.Anchor with { FollowingHeaders = [next.Rlp.ToArray(), after.Rlp.ToArray()] }).Holds);
        AssertFound(Sample.Anchor with { FollowingHeaders = [after.Rlp.ToArray()] }, FindingCodes.HeaderChanged);
        AssertFound(Sample.Anchor with { FollowingHeaders = [SampleChain.Header(new byte[32], 19).Rlp.ToArray()] }, FindingCodes.HeaderChanged);
        AssertFound(Sample.Anchor with { FollowingHeaders = [[1]] }, FindingCodes.AnchorUnreadable);
    }

    [Fact]
    public void Finds_an_event_of_another_contract_log_size_or_root_and_a_transaction_that_failed()
    {
        var anchored = new AnchoredEvent(Sample.LogSigner.Key.LogId, 7, Sample.Tree.Root, 0);
        AssertEvent(FindingCodes.AnchorUnexpected, anchored.ToLogEntry(new byte[20]));
        AssertEvent(FindingCodes.AnchorUnexpected, (anchored with { LogId = Digest.Of("other log"u8) }).ToLogEntry(SampleChain.Contract));
        AssertEvent(FindingCodes.AnchorUnexpected);
        AssertEvent(FindingCodes.AnchorChanged, (anchored with { Size = 8 }).ToLogEntry(SampleChain.Contract));
        AssertEvent(FindingCodes.AnchorChanged, (anchored with { Root = default }).ToLogEntry(SampleChain.Contract));
        AssertFound(Rebuilt(SampleChain.Receipt(anchored.ToLogEntry(SampleChain.Contract)) with { StatusOrRoot = [] }), FindingCodes.AnchorChanged);
        Assert.True(AnchorProofVerifier.CheckForm(Rebuilt(SampleChain.Receipt(new LogEntry(new byte[20], [], []), anchored.ToLogEntry(SampleChain.Contract)))).Holds);
    }

    [Fact]
    public void Finds_a_checkpoint_of_another_size_or_root()
    {
        AssertFound(Sample.Anchor with { Checkpoint = new Checkpoint(SampleRecord.Origin, 8, Sample.Tree.Root).SignedBy(Sample.LogSigner).Encode() }, FindingCodes.AnchorChanged);
        AssertFound(Sample.Anchor with { Checkpoint = new Checkpoint(SampleRecord.Origin, 7, default).SignedBy(Sample.LogSigner).Encode() }, FindingCodes.AnchorChanged);
        AssertFound(Sample.Anchor with { Checkpoint = "no note" }, FindingCodes.AnchorUnreadable);
    }

    [Fact]
    public void Leaves_an_anchor_on_another_chain_contract_or_log_than_trust_json_names_undetermined()
    {
        var chain = Sample.Trust.Chain;
        AssertUndetermined(Sample.Trust with { Chain = chain with { ChainId = 1 } }, FindingCodes.AnchorUnexpected);
        AssertUndetermined(Sample.Trust with { Chain = chain with { Contract = "0x" + new string('1', 40) } }, FindingCodes.AnchorUnexpected);
        var other = new LogSigner(SampleRecord.Origin, SampleRecord.Seed(77)).Key;
        AssertUndetermined(Sample.Trust with { Logs = [new TrustedKey(other.ToString())] }, FindingCodes.AnchorUnexpected);
    }

    [Fact]
    public void Asks_for_as_many_distinct_witnesses_as_trust_json_says()
    {
        AssertUndetermined(Sample.Trust, FindingCodes.WitnessesMissing, Sample.Note.With(Sample.Witness1.Cosign(Sample.Note.Text, SampleRecord.Cosigned)).Encode());
        AssertUndetermined(Sample.Trust, FindingCodes.WitnessesMissing, Sample.Note.Encode());
        var twice = Sample.Note.With(Sample.Witness1.Cosign(Sample.Note.Text, SampleRecord.Cosigned)).With(Sample.Witness1.Cosign(Sample.Note.Text, SampleRecord.Cosigned.AddSeconds(9)));
        AssertUndetermined(Sample.Trust, FindingCodes.WitnessesMissing, twice.Encode());
        var renamed = new Cosigner("witness.other", SampleRecord.Seed(2));
        var sameKey = Sample.Trust with { Witnesses = [new TrustedWitness(Sample.Witness1.Key.ToString()), new TrustedWitness(renamed.Key.ToString())] };
        AssertUndetermined(sameKey, FindingCodes.WitnessesMissing, Sample.Note.With(Sample.Witness1.Cosign(Sample.Note.Text, SampleRecord.Cosigned)).With(renamed.Cosign(Sample.Note.Text, SampleRecord.Cosigned)).Encode());
    }

    [Fact]
    public void Does_not_count_the_logs_own_key_as_a_witness_of_itself()
    {
        var self = new Cosigner("witness.self", SampleRecord.Seed(1));
        var trust = Sample.Trust with { Witnesses = [new TrustedWitness(self.Key.ToString())], Quorum = new TrustQuorum(false, 1) };
        AssertUndetermined(trust, FindingCodes.WitnessesMissing, Sample.Note.With(self.Cosign(Sample.Note.Text, SampleRecord.Cosigned)).Encode());
    }

    [Fact]
    public void Does_not_count_a_witness_for_the_log_that_its_own_node_writes()
    {
        var note = Sample.Note.With(Sample.Witness1.Cosign(Sample.Note.Text, SampleRecord.Cosigned)).With(Sample.Witness2.Cosign(Sample.Note.Text, SampleRecord.Cosigned)).Encode();
        var own = Sample.Trust with { Witnesses = [Sample.Trust.Witnesses[0] with { Log = SampleRecord.Origin }, Sample.Trust.Witnesses[1]] };
        AssertUndetermined(own, FindingCodes.WitnessesMissing, note);
    }

    [Fact]
    public void Counts_cosignatures_only_over_the_checkpoint_that_is_anchored()
    {
        var other = new Checkpoint(SampleRecord.Origin, 8, Digest.Of("other"u8)).SignedBy(Sample.LogSigner);
        var note = other.With(Sample.Witness1.Cosign(other.Text, SampleRecord.Cosigned)).With(Sample.Witness2.Cosign(other.Text, SampleRecord.Cosigned));
        AssertUndetermined(Sample.Trust, FindingCodes.WitnessesMissing, note.Encode());
    }

    [Fact]
    public void Finds_a_trusted_witness_whose_cosignature_does_not_verify()
    {
        var forged = Sample.CosignedNote.Signatures[1];
        var note = Sample.Note.With(forged with { Value = [.. forged.Value.SkipLast(1), (byte)(forged.Value[^1] ^ 1)] }).With(Sample.CosignedNote.Signatures[2]);
        var check = AnchorProofVerifier.Check(Sample.Anchor, Sample.Trust with { Quorum = new TrustQuorum(false, 1) }, note.Encode());
        Assert.Contains(check.Findings, static finding => finding is { Code: FindingCodes.CosignatureWrong, Severity: Severity.Error });
    }

    [Theory]
    [InlineData("none", FindingCodes.SealsUnchecked)]
    [InlineData("clique", FindingCodes.SealsUnchecked)]
    [InlineData("qbft", FindingCodes.ValidatorSealsUnreadable)]
    [InlineData("ibft2", FindingCodes.ValidatorSealsUnreadable)]
    public void Never_accepts_seals_that_it_did_not_check(string consensus, string code) =>
        AssertUndetermined(Sample.Trust with { Chain = Sample.Trust.Chain with { Consensus = consensus }, Quorum = new TrustQuorum(true, 2) }, code, Cosigned);

    [Fact]
    public void Never_accepts_a_quorum_that_asks_for_nothing() =>
        AssertUndetermined(Sample.Trust with { Quorum = new TrustQuorum(false, 0) }, FindingCodes.QuorumEmpty, Cosigned);

    [Fact]
    public void Reads_back_its_json_and_refuses_unknown_and_missing_members()
    {
        var json = AnchorProofJson.ToJson(Sample.Anchor with { FollowingHeaders = [[1, 2]] });
        var read = AnchorProofJson.Parse(json.DeepClone());
        Assert.Equal(json.ToJsonString(), AnchorProofJson.ToJson(read).ToJsonString());
        foreach (var name in json.Select(static member => member.Key))
        {
            var without = json.DeepClone().AsObject();
            without.Remove(name);
            Assert.Contains(name, Assert.Throws<FormatException>(() => AnchorProofJson.Parse(without)).Message, StringComparison.Ordinal);
            var wrong = json.DeepClone().AsObject();
            wrong[name] = false;
            Assert.Contains(name, Assert.Throws<FormatException>(() => AnchorProofJson.Parse(wrong)).Message, StringComparison.Ordinal);
        }

        json["more"] = 1;
        Assert.Contains("more", Assert.Throws<FormatException>(() => AnchorProofJson.Parse(json)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<AnchorProof> Flips()
    {
        var anchor = Sample.Anchor;
        for (var i = 0; i < anchor.Header.Length; i++) yield return anchor with { Header = Flip(anchor.Header, i) };
        for (var i = 0; i < anchor.BlockHash.Length; i++) yield return anchor with { BlockHash = Flip(anchor.BlockHash, i) };
        for (var i = 0; i < anchor.Receipt.Length; i++) yield return anchor with { Receipt = Flip(anchor.Receipt, i) };
        for (var n = 0; n < anchor.ReceiptProof.Count; n++)
        {
            for (var i = 0; i < anchor.ReceiptProof[n].Length; i++)
                yield return anchor with { ReceiptProof = [.. anchor.ReceiptProof.Select((node, index) => index == n ? Flip(node, i) : node)] };
        }
    }

    private static byte[] Flip(byte[] bytes, int index)
    {
        var copy = bytes.ToArray();
        copy[index] ^= 0x04;
        return copy;
    }

    private static AnchorProof Rebuilt(Receipt receipt) =>
        SampleChain.Anchor(Sample.LogSigner.Key.LogId, 7, Sample.Tree.Root, Sample.Note.Encode(), receipt);

    private static void AssertEvent(string code, params LogEntry[] logs) => AssertFound(Rebuilt(SampleChain.Receipt(logs)), code);

    private static void AssertFound(AnchorProof proof, string code) =>
        Assert.Contains(AnchorProofVerifier.CheckForm(proof).Findings, finding => finding.Code == code && finding.Severity != Severity.Info);

    private static void AssertUndetermined(TrustPolicy trust, string code, string? note = null)
    {
        var check = AnchorProofVerifier.Check(Sample.Anchor, trust, note ?? Cosigned);
        Assert.DoesNotContain(check.Findings, static finding => finding.Severity == Severity.Error);
        Assert.Contains(check.Findings, finding => finding.Code == code && finding.Severity == Severity.Warning);
        Assert.Null(check.ProvenNoLaterThan);
    }
}

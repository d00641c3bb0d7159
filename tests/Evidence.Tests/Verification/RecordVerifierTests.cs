using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Tests.Ledger;

namespace Evidence.Tests.Verification;

public sealed class RecordVerifierTests
{
    private static readonly SampleRecord Sample = new();

    [Fact]
    public void Finds_a_whole_record_intact_in_every_layer_and_says_what_that_rests_on()
    {
        var verdict = RecordVerifier.Verify(Sample.Evidence, Sample.Trust);
        Assert.Equal(Outcome.Intact, verdict.Whole);
        Assert.All(verdict.Layers, static layer => Assert.Equal(Outcome.Intact, layer.Value));
        Assert.Equal([Layer.Content, Layer.Seal, Layer.Signature, Layer.Log, Layer.Ledger], verdict.Layers.Keys.Order());
        Assert.All(verdict.Findings, static finding => Assert.Equal(Severity.Info, finding.Severity));
        Assert.Contains(verdict.RestsOn, static ground => ground.Contains("without validator seals", StringComparison.Ordinal));
        Assert.Contains(verdict.RestsOn, static ground => ground.Contains("witness.node2, witness.node3", StringComparison.Ordinal));
        Assert.Equal(verdict.RestsOn.Distinct(), verdict.RestsOn);
        Assert.Equal(Sample.Trust.Sha256, verdict.TrustSha256);
    }

    [Fact]
    public void Claims_only_the_time_at_which_the_quorum_of_witnesses_had_cosigned()
    {
        Assert.Equal(SampleRecord.Cosigned.AddSeconds(1), RecordVerifier.Verify(Sample.Evidence, Sample.Trust).ProvenNoLaterThan);
        Assert.Equal(SampleRecord.Cosigned, RecordVerifier.Verify(Sample.Evidence, Sample.Trust with { Quorum = new TrustQuorum(false, 1) }).ProvenNoLaterThan);
        Assert.Null(RecordVerifier.Verify(Sample.Evidence, null).ProvenNoLaterThan);
    }

    [Fact]
    public void States_that_an_unsigned_record_has_no_signature_and_can_be_intact()
    {
        var sample = new SampleRecord(signed: false);
        var verdict = RecordVerifier.Verify(sample.Evidence, sample.Trust);
        Assert.Equal((Outcome.Intact, Outcome.None), (verdict.Whole, verdict.Layers[Layer.Signature]));
        Assert.Contains(verdict.Findings, static finding => finding.Code == FindingCodes.Unsigned);
        Assert.Contains(verdict.RestsOn, static ground => ground.Contains("Signature: none", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("c0001")]
    [InlineData("s0001")]
    [InlineData("k0001")]
    [InlineData("m0001")]
    public void Finds_a_changed_part_of_every_role_altered(string name)
    {
        var verdict = RecordVerifier.Verify(With(name, static part => part with { Sha256 = Digest.Of("changed"u8) }), Sample.Trust);
        AssertFound(verdict, Layer.Content, Outcome.Altered, FindingCodes.PartChanged, name);
        var finding = verdict.Findings.First(finding => finding.Subject == name && finding.Code == FindingCodes.PartChanged);
        Assert.Contains(Digest.Of("changed"u8).ToString(), finding.Actual, StringComparison.Ordinal);
        Assert.Contains(Sample.Parts.Single(part => part.Name == name).Sha256.ToString(), finding.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_changed_missing_unreadable_and_unexpected_parts_apart()
    {
        AssertFound(RecordVerifier.Verify(With("c0001", static part => part with { Size = 1 }), Sample.Trust), Layer.Content, Outcome.Altered, FindingCodes.PartChanged, "c0001");
        AssertFound(RecordVerifier.Verify(With("c0001", static part => part with { State = PartState.Missing }), Sample.Trust), Layer.Content, Outcome.Altered, FindingCodes.PartMissing, "c0001");
        AssertFound(RecordVerifier.Verify(With("c0001", static _ => null), Sample.Trust), Layer.Content, Outcome.Altered, FindingCodes.PartMissing, "c0001");
        AssertFound(RecordVerifier.Verify(With("c0001", static part => part with { State = PartState.Unreadable }), Sample.Trust), Layer.Content, Outcome.Undetermined, FindingCodes.PartUnreadable, "c0001");
        var stray = Sample.Evidence with { Parts = [.. Sample.Evidence.Parts, new PartObservation("c0002", PartState.Read, 1, default)] };
        AssertFound(RecordVerifier.Verify(stray, Sample.Trust), Layer.Content, Outcome.Altered, FindingCodes.PartUnexpected, "c0002");
        var twice = Sample.Evidence with { Parts = [.. Sample.Evidence.Parts, Sample.Evidence.Parts[0]] };
        AssertFound(RecordVerifier.Verify(twice, Sample.Trust), Layer.Content, Outcome.Altered, FindingCodes.PartUnexpected, "c0001");
    }

    [Fact]
    public void Collects_every_finding_and_not_only_the_first()
    {
        var evidence = Sample.Evidence with
        {
            Parts = [.. Sample.Evidence.Parts.Select(static part => part with { Sha256 = default })],
            Leaf = Sample.Leaf + 1,
            Anchor = Sample.Anchor with { BlockHash = new byte[32] },
        };
        var codes = RecordVerifier.Verify(evidence, Sample.Trust).Findings.Select(static finding => finding.Code).ToList();
        Assert.Equal(Sample.Parts.Count, codes.Count(static code => code == FindingCodes.PartChanged));
        Assert.Contains(FindingCodes.LeafChanged, codes);
        Assert.Contains(FindingCodes.HeaderChanged, codes);
    }

    [Fact]
    public void Finds_altered_content_by_its_signature_as_well()
    {
        var verdict = RecordVerifier.Verify(With("c0001", static part => part with { Sha256 = Digest.Of("changed"u8) }), Sample.Trust);
        AssertFound(verdict, Layer.Signature, Outcome.Altered, FindingCodes.SignatureChanged, "s0001");
        Assert.Contains("HASH_FAILURE", verdict.Findings.Single(static finding => finding.Code == FindingCodes.SignatureChanged).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Does_not_judge_a_signature_whose_bytes_are_not_those_that_were_sealed()
    {
        AssertFound(RecordVerifier.Verify(Sample.Evidence with { SmallPart = static _ => null }, Sample.Trust), Layer.Signature, Outcome.Undetermined, FindingCodes.SignatureMissing, "s0001");
        AssertFound(RecordVerifier.Verify(Sample.Evidence with { SmallPart = static _ => "other"u8.ToArray() }, Sample.Trust), Layer.Signature, Outcome.Undetermined, FindingCodes.SignatureMissing, "s0001");
        AssertFound(RecordVerifier.Verify(With("c0001", static part => part with { State = PartState.Unreadable }), Sample.Trust), Layer.Signature, Outcome.Undetermined, FindingCodes.SignatureMissing, "s0001");
    }

    [Fact]
    public void Leaves_a_signature_without_trusted_roots_undetermined_with_its_sub_indication()
    {
        var verdict = RecordVerifier.Verify(Sample.Evidence, Sample.Trust with { SignatureRootsPem = [] });
        AssertFound(verdict, Layer.Signature, Outcome.Undetermined, FindingCodes.SignatureIndeterminate, "s0001");
        Assert.Equal(Outcome.Undetermined, verdict.Whole);
        Assert.Contains("INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND", verdict.Findings.Single(static finding => finding.Code == FindingCodes.SignatureIndeterminate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Finds_a_seal_that_is_missing_changed_unreadable_or_of_another_record()
    {
        AssertFound(RecordVerifier.Verify(Sample.Evidence with { Seal = null }, Sample.Trust), Layer.Seal, Outcome.Altered, FindingCodes.SealMissing, "seal");
        AssertFound(RecordVerifier.Verify(Sample.Evidence with { Seal = [.. Sample.SealBytes, (byte)' '] }, Sample.Trust), Layer.Seal, Outcome.Altered, FindingCodes.SealUnreadable, "seal");
        AssertFound(RecordVerifier.Verify(Sample.Evidence with { ExpectedSealSha256 = Digest.Of("other"u8) }, Sample.Trust), Layer.Seal, Outcome.Altered, FindingCodes.SealChanged, "seal");
        AssertFound(RecordVerifier.Verify(Sample.Evidence with { Record = RecordId.Parse("019a0000-0000-7000-8000-000000000002") }, Sample.Trust), Layer.Seal, Outcome.Altered, FindingCodes.SealUnexpected, "seal");
        var why = new Finding(FindingCodes.SealUnreadable, Severity.Warning, Layer.Seal, "v1", "The medium could not be read.");
        AssertFound(RecordVerifier.Verify(Sample.Evidence with { Seal = null, Observed = [why] }, Sample.Trust), Layer.Seal, Outcome.Undetermined, FindingCodes.SealUnreadable, "v1");
    }

    [Fact]
    public void Finds_another_seal_than_the_one_in_the_log_by_the_inclusion_proof()
    {
        var other = (Sample.Seal with { Submitter = "someone else" }).Encode();
        var verdict = RecordVerifier.Verify(Sample.Evidence with { Seal = other }, Sample.Trust);
        AssertFound(verdict, Layer.Log, Outcome.Altered, FindingCodes.LeafChanged, "leaf 3");
        Assert.Equal(Outcome.Intact, verdict.Layers[Layer.Ledger]);
    }

    [Fact]
    public void Leaves_the_log_undetermined_when_a_part_of_its_proof_is_not_there()
    {
        foreach (var evidence in new[] { Sample.Evidence with { Leaf = null }, Sample.Evidence with { Inclusion = null }, Sample.Evidence with { CheckpointNote = null } })
        {
            var verdict = RecordVerifier.Verify(evidence, Sample.Trust);
            Assert.Equal(Outcome.Undetermined, verdict.Layers[Layer.Log]);
            Assert.Equal(Outcome.Undetermined, verdict.Whole);
            Assert.Contains(verdict.Findings, static finding => finding.Code == FindingCodes.LogProofMissing);
        }
    }

    [Fact]
    public void Finds_a_checkpoint_whose_signature_does_not_verify_altered()
    {
        var forged = Sample.Note.Encode().Replace(Sample.Note.Signatures[0].Value is var value ? Convert.ToBase64String([0, 0, 0, 0, .. value])[8..40] : "", new string('A', 32), StringComparison.Ordinal);
        AssertFound(RecordVerifier.Verify(Sample.Evidence with { CheckpointNote = forged }, Sample.Trust), Layer.Log, Outcome.Altered, FindingCodes.CheckpointSignatureWrong, SampleRecord.Origin);
    }

    [Fact]
    public void Rests_on_the_archives_own_log_key_only_without_trust_json_and_says_so()
    {
        var verdict = RecordVerifier.Verify(Sample.Evidence with { SignatureRoots = [] }, null);
        Assert.Equal((Outcome.Intact, Outcome.Undetermined, Outcome.Undetermined), (verdict.Layers[Layer.Log], verdict.Layers[Layer.Ledger], verdict.Whole));
        Assert.Contains(verdict.RestsOn, static ground => ground.Contains("no trust.json vouches for it", StringComparison.Ordinal));
        Assert.Contains(verdict.Findings, static finding => finding.Code == FindingCodes.TrustMissing);
        Assert.Null(verdict.TrustSha256);
        Assert.Equal(Outcome.Undetermined, RecordVerifier.Verify(Sample.Evidence with { LogKeys = null }, null).Layers[Layer.Log]);
    }

    [Fact]
    public void Says_sealed_not_yet_anchored_before_anchoring()
    {
        var verdict = RecordVerifier.Verify(Sample.Evidence with { Anchor = null }, Sample.Trust);
        AssertFound(verdict, Layer.Ledger, Outcome.Undetermined, FindingCodes.AnchorMissing, "anchor");
        Assert.Equal((Outcome.Undetermined, Outcome.Intact), (verdict.Whole, verdict.Layers[Layer.Log]));
        Assert.Contains("not yet anchored", verdict.Findings.Single(static finding => finding.Code == FindingCodes.AnchorMissing).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Does_not_take_an_anchor_of_another_size_or_before_the_leaf_for_the_records()
    {
        var later = new SampleRecord(leaves: 9);
        AssertFound(RecordVerifier.Verify(Sample.Evidence with { Anchor = later.Anchor }, Sample.Trust), Layer.Ledger, Outcome.Undetermined, FindingCodes.AnchorOtherSize, "anchor");
        var early = SampleChain.Anchor(Sample.LogSigner.Key.LogId, 2, Digest.Of("r"u8), new Checkpoint(SampleRecord.Origin, 2, Digest.Of("r"u8)).SignedBy(Sample.LogSigner).Encode());
        AssertFound(RecordVerifier.Verify(Sample.Evidence with { Anchor = early }, Sample.Trust), Layer.Ledger, Outcome.Undetermined, FindingCodes.AnchorMissing, "anchor");
    }

    [Fact]
    public void Finds_a_log_that_differs_from_its_anchor_altered()
    {
        var other = Digest.Of("another history"u8);
        var forked = SampleChain.Anchor(Sample.LogSigner.Key.LogId, 7, other, new Checkpoint(SampleRecord.Origin, 7, other).SignedBy(Sample.LogSigner).Encode());
        var verdict = RecordVerifier.Verify(Sample.Evidence with { Anchor = forked }, Sample.Trust);
        AssertFound(verdict, Layer.Ledger, Outcome.Altered, FindingCodes.AnchorChanged, "anchor");
        Assert.Equal(other.ToString(), verdict.Findings.Single(static finding => finding is { Code: FindingCodes.AnchorChanged, Subject: "anchor" }).Expected);
    }

    [Fact]
    public void Counts_what_the_caller_observed_by_layer_and_severity()
    {
        Finding Observed(Severity severity, Layer layer) => new(FindingCodes.TileChanged, severity, layer, "tile/0/000", "differs");
        Outcome Whole(Severity severity, Layer layer) => RecordVerifier.Verify(Sample.Evidence with { Observed = [Observed(severity, layer)] }, Sample.Trust).Whole;
        Assert.Equal(Outcome.Altered, Whole(Severity.Error, Layer.Log));
        Assert.Equal(Outcome.Undetermined, Whole(Severity.Warning, Layer.Log));
        Assert.Equal(Outcome.Intact, Whole(Severity.Info, Layer.Log));
        Assert.Equal(Outcome.Altered, Whole(Severity.Error, Layer.Package));
        Assert.Equal(Outcome.Undetermined, Whole(Severity.Warning, Layer.Package));
        Assert.Equal(Outcome.Intact, Whole(Severity.Error, Layer.Storage));
    }

    private static RecordEvidence With(string name, Func<PartObservation, PartObservation?> change) =>
        Sample.Evidence with { Parts = [.. Sample.Evidence.Parts.Select(part => part.Name == name ? change(part) : part).OfType<PartObservation>()] };

    private static void AssertFound(Verdict verdict, Layer layer, Outcome outcome, string code, string subject)
    {
        Assert.Equal(outcome, verdict.Layers[layer]);
        Assert.NotEqual(Outcome.Intact, verdict.Whole);
        if (outcome == Outcome.Altered) Assert.Equal(Outcome.Altered, verdict.Whole);
        Assert.Contains(verdict.Findings, finding => finding.Layer == layer && finding.Code == code && finding.Subject == subject);
    }
}

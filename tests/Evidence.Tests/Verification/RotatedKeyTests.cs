using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Tests.Ledger;
using Evidence.Tests.Package;

namespace Evidence.Tests.Verification;

/// <summary>A record of 7 leaves whose log has had several keys.</summary>
public sealed class RotatedKeyTests
{
    private static readonly SampleRecord Sample = new();
    private static readonly LogSigner Old = Sample.LogSigner, New = SignerOf(60), Newest = SignerOf(61);
    private static readonly RotationNote Rotation = Rotate(Old, New, 5);

    [Fact]
    public void Whoever_trusts_any_key_of_the_history_accepts_the_one_that_signed()
    {
        foreach (var trusted in (LogSigner[])[Old, New, Newest])
        {
            var verdict = RecordVerifier.Verify(SignedBy(New, Rotation, Rotate(New, Newest, 8)), Trusting(trusted));
            Assert.Equal(Outcome.Intact, verdict.Whole);
            Assert.Contains(verdict.RestsOn, ground => ground.Contains(New.Key.ToString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void At_the_size_of_the_rotation_either_key_signs()
    {
        foreach (var signer in (LogSigner[])[Old, New])
            Assert.Equal(Outcome.Intact, RecordVerifier.Verify(SignedBy(signer, Rotate(Old, New, 7)), Trusting(Old)).Whole);
    }

    [Fact]
    public void A_checkpoint_beyond_the_rotation_by_the_old_key_is_a_forgery() =>
        AssertFound(SignedBy(Old, Rotation), Old, Outcome.Altered, FindingCodes.CheckpointKeyOutOfTime);

    [Fact]
    public void A_checkpoint_before_the_rotation_by_the_new_key_is_a_forgery() =>
        AssertFound(SignedBy(New, Rotate(Old, New, 8)), Old, Outcome.Altered, FindingCodes.CheckpointKeyOutOfTime);

    [Fact]
    public void A_history_that_does_not_hold_the_trusted_key_says_nothing()
    {
        AssertFound(SignedBy(New, Rotation), SignerOf(62), Outcome.Undetermined, FindingCodes.LogKeysUnexpected);
        // Whoever stole the old key can hand it on to another: then the new one in trust.json tells them apart.
        AssertFound(SignedBy(Newest, Rotate(Old, Newest, 5)), New, Outcome.Undetermined, FindingCodes.LogKeysUnexpected);
    }

    [Fact]
    public void A_rotation_that_one_of_the_keys_has_not_signed_hands_on_nothing()
    {
        AssertFound(SignedBy(New, Bearing(Old.Sign)), Old, Outcome.Undetermined, FindingCodes.RotationUnsigned);
        AssertFound(SignedBy(New, Bearing(New.Sign)), Old, Outcome.Undetermined, FindingCodes.RotationUnsigned);
        AssertFound(SignedBy(New, Bearing(New.Sign)), New, Outcome.Undetermined, FindingCodes.RotationUnsigned);
    }

    [Fact]
    public void A_signature_on_a_rotation_that_does_not_verify_is_a_change()
    {
        AssertFound(SignedBy(New, Bearing(text => Old.Sign(text + "\n"), New.Sign)), Old, Outcome.Altered, FindingCodes.RotationSignatureWrong);
        AssertFound(SignedBy(New, Bearing(Old.Sign, text => New.Sign(text + "\n"))), New, Outcome.Altered, FindingCodes.RotationSignatureWrong);
    }

    [Fact]
    public void A_rotation_that_does_not_follow_is_a_change()
    {
        AssertFound(SignedBy(New, Rotate(SignerOf(1, "test.local/other"), SignerOf(60, "test.local/other"), 5)), Old, Outcome.Altered, FindingCodes.RotationUnlinked);
        AssertFound(SignedBy(Newest, Rotate(New, Newest, 5)), Old, Outcome.Altered, FindingCodes.RotationUnlinked);
        AssertFound(SignedBy(Newest, Rotation, Rotate(New, Newest, 4)), Old, Outcome.Altered, FindingCodes.RotationUnlinked);
        AssertFound(SignedBy(Old, Rotation, Rotate(New, Old, 6)), Old, Outcome.Altered, FindingCodes.RotationUnlinked);
    }

    [Fact]
    public void The_ledger_knows_the_log_by_its_first_key_for_ever()
    {
        var evidence = SignedBy(New, Rotation);
        var wrong = evidence with { Anchor = SampleChain.Anchor(New.Key.LogId, 7, Sample.Tree.Root, evidence.Anchor!.Checkpoint) };
        AssertFound(wrong, Old, Outcome.Undetermined, FindingCodes.AnchorUnexpected);
        AssertFound(evidence, Trusting(New, named: false), Outcome.Undetermined, FindingCodes.AnchorUnexpected);
        AssertFound(evidence with { LogKeys = null }, Trusting(New, named: false), Outcome.Undetermined, FindingCodes.AnchorUnexpected);
        AssertFound(evidence with { Anchor = SampleChain.Anchor(Old.Key.LogId, 7, Sample.Tree.Root, Sample.Note.Encode()) }, Old, Outcome.Altered, FindingCodes.CheckpointKeyOutOfTime);
    }

    [Fact]
    public void Whoever_stole_the_trusted_key_cannot_make_another_log_of_it()
    {
        var thief = SignerOf(63);
        var stolen = SignedBy(Old) with { LogKeys = new StatedLogKeys(thief.Key, [Rotate(thief, Old, 0)]), Anchor = SampleChain.Anchor(thief.Key.LogId, 7, Sample.Tree.Root, AnchorOf(Old).Checkpoint) };
        AssertFound(stolen, Old, Outcome.Undetermined, FindingCodes.AnchorUnexpected);
        AssertFound(stolen, Old, Outcome.Undetermined, FindingCodes.LogKeysUnexpected);
        var later = SignedBy(New) with { LogKeys = new StatedLogKeys(New.Key, []), Anchor = SampleChain.Anchor(New.Key.LogId, 7, Sample.Tree.Root, AnchorOf(New).Checkpoint) };
        AssertFound(later, New, Outcome.Undetermined, FindingCodes.AnchorUnexpected);
    }

    [Fact]
    public void Keys_that_are_stated_for_another_log_are_named()
    {
        var other = new StatedLogKeys(SignerOf(1, "test.local/other").Key, []);
        AssertFound(SignedBy(Old) with { LogKeys = other }, Old, Outcome.Undetermined, FindingCodes.LogKeysUnexpected);
    }

    [Fact]
    public void A_key_of_the_log_is_no_witness_of_it()
    {
        var witness = new Cosigner("witness.node2", SampleRecord.Seed(60));
        var evidence = SignedBy(New, Rotation);
        var note = SignedNote.Parse(evidence.CheckpointNote!);
        var trust = Trusting(Old) with { Witnesses = [new TrustedWitness(witness.Key.ToString()), new TrustedWitness(Sample.Witness1.Key.ToString())] };
        AssertFound(evidence with { CheckpointNote = note.With(witness.Cosign(note.Text, SampleRecord.Cosigned)).Encode() }, trust, Outcome.Undetermined, FindingCodes.WitnessesMissing);
    }

    [Fact]
    public void A_package_carries_the_rotations_that_its_checkpoint_needs_and_no_other()
    {
        var package = PackageOf(New, Rotation);
        foreach (var trusted in (LogSigner[])[Old, New])
            Assert.Equal((Outcome.Intact, ""), Judge(package, Trusting(trusted)));
        Assert.Equal(package, PackageOf(New, Rotation, Rotate(New, Newest, 7), Rotate(Newest, SignerOf(63), 9)));
        Assert.Equal(PackageOf(Old), PackageOf(Old, Rotate(Old, New, 7)));
        Assert.NotEqual(package, PackageOf(New, Rotate(Old, New, 6)));
        Assert.Equal((Outcome.Undetermined, $"{FindingCodes.LogUnexpected} {FindingCodes.LogKeysUnexpected} {FindingCodes.AnchorUnexpected}"), Judge(package, Trusting(SignerOf(62), named: false)));
        Assert.Throws<FormatException>(() => PackageOf(New, Bearing(Old.Sign)));
    }

    private static LogSigner SignerOf(byte seed, string origin = SampleRecord.Origin) => new(origin, SampleRecord.Seed(seed));

    private static RotationNote Rotate(LogSigner from, LogSigner to, ulong size) => RotationNote.Sign(from, to, size, Digest.Of("root"u8));

    private static RotationNote Bearing(params Func<string, NoteSignature>[] signatures) =>
        RotationNote.Parse(new SignedNote(Rotation.Note.Text, signatures.Select(sign => sign(Rotation.Note.Text))).Encode());

    private static SignedNote Cosigned(LogSigner signer)
    {
        var note = new Checkpoint(SampleRecord.Origin, 7, Sample.Tree.Root).SignedBy(signer);
        return note.With(Sample.Witness1.Cosign(note.Text, SampleRecord.Cosigned)).With(Sample.Witness2.Cosign(note.Text, SampleRecord.Cosigned));
    }

    private static AnchorProof AnchorOf(LogSigner signer) => SampleChain.Anchor(Old.Key.LogId, 7, Sample.Tree.Root, new Checkpoint(SampleRecord.Origin, 7, Sample.Tree.Root).SignedBy(signer).Encode());

    private static RecordEvidence SignedBy(LogSigner signer, params RotationNote[] rotations) =>
        Sample.Evidence with { CheckpointNote = Cosigned(signer).Encode(), Anchor = AnchorOf(signer), LogKeys = new StatedLogKeys(Old.Key, rotations) };

    private static byte[] PackageOf(LogSigner signer, params RotationNote[] rotations) => SamplePackage.Write(
        SamplePackage.Heading(Sample) with { CheckpointNote = Cosigned(signer).Encode(), Anchor = AnchorOf(signer), Rotations = rotations }, SamplePackage.Record(Sample));

    private static TrustPolicy Trusting(LogSigner signer, bool named = true) => Sample.Trust with { Logs = [new TrustedKey(signer.Key.ToString(), named && signer != Old ? Old.Key.LogId : null)] };

    private static (Outcome, string) Judge(byte[] package, TrustPolicy trust)
    {
        using var stream = new MemoryStream(package);
        var report = EvidencePackageReader.Verify(stream, trust);
        return (report.Whole, string.Join(' ', report.Codes));
    }

    private static void AssertFound(RecordEvidence evidence, LogSigner trusted, Outcome whole, string code) => AssertFound(evidence, Trusting(trusted), whole, code);

    private static void AssertFound(RecordEvidence evidence, TrustPolicy trust, Outcome whole, string code)
    {
        var verdict = RecordVerifier.Verify(evidence, trust);
        Assert.Contains(code, verdict.Findings.Where(finding => finding.Severity != Severity.Info).Select(finding => finding.Code));
        Assert.Equal(whole, verdict.Whole);
    }
}

using System.IO.Compression;
using System.Text;
using Evidence.Core.Packages;
using Evidence.Core.Verification;
using Evidence.Tests.Verification;

namespace Evidence.Tests.Package;

public sealed class EvidencePackageTests
{
    private static readonly SampleRecord Sample = new();
    private static readonly byte[] Package = SamplePackage.Write(Sample);

    [Fact]
    public void Verifies_offline_as_intact_in_every_layer()
    {
        var report = Read(Package);
        Assert.Equal(Outcome.Intact, report.Whole);
        Assert.All(report.Layers, static layer => Assert.Equal(Outcome.Intact, layer.Value));
        Assert.Contains(Layer.Package, report.Layers.Keys);
        Assert.Equal(Sample.Id, Assert.Single(report.Verdicts).Record);
        Assert.Equal(Sample.Anchor.BlockHash, report.Anchor!.BlockHash);
        Assert.Equal(new RecordCounts(1, 1, 0, 0), report.Records);
        Assert.Empty(report.Codes);
    }

    [Fact]
    public void Gives_the_same_bytes_for_the_same_content() => Assert.Equal(Package, SamplePackage.Write(Sample));

    [Fact]
    public void Reads_from_a_stream_that_gives_few_bytes_and_cannot_seek()
    {
        using var trickle = new TrickleStream(Package);
        Assert.Equal(Outcome.Intact, EvidencePackageReader.Verify(trickle, Sample.Trust).Whole);
    }

    [Fact]
    public void Is_a_zip_that_any_program_opens()
    {
        using var zip = new ZipArchive(new MemoryStream(Package));
        Assert.Equal(
            ["README.txt", "log/keys.json", "signature-roots.pem", "anchors/7.json", Of("seal.json"), Of("parts/c0001"), Of("parts/s0001"), Of("parts/k0001"), Of("parts/m0001"), Of("inclusion.tlog-proof"), "statement.json", "certificate.html", "manifest.json"],
            zip.Entries.Select(static entry => entry.FullName));
        using var content = zip.GetEntry(Of("parts/c0001"))!.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        Assert.Equal(Sample.Bytes["c0001"], bytes.ToArray());
        Assert.All(zip.Entries, static entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime));
    }

    [Fact]
    public void Holds_an_unsigned_record_and_one_that_is_not_anchored_yet()
    {
        var unsigned = new SampleRecord(signed: false);
        Assert.Equal(Outcome.Intact, Read(SamplePackage.Write(unsigned)).Whole);
        var report = Read(SamplePackage.Write(SamplePackage.Heading(Sample) with { Anchor = null, SignatureRootsPem = "" }, SamplePackage.Record(Sample)));
        Assert.Equal((Outcome.Undetermined, Outcome.Undetermined, Outcome.Intact), (report.Whole, report.Layers[Layer.Ledger], report.Layers[Layer.Package]));
    }

    [Fact]
    public void Leaves_the_ledger_undetermined_without_trust_json_or_with_another()
    {
        Assert.Equal(Outcome.Undetermined, Layers(EvidencePackageReader.Verify(new MemoryStream(Package), null))[Layer.Ledger]);
        var other = Sample.Trust with { Logs = [new(new Evidence.Core.Notes.LogSigner("other.log", SampleRecord.Seed(50)).Key.ToString())] };
        var report = EvidencePackageReader.Verify(new MemoryStream(Package), other);
        Assert.Equal((Outcome.Undetermined, Outcome.Undetermined), (report.Whole, report.Layers[Layer.Ledger]));
    }

    [Fact]
    public void Trusts_no_root_that_the_package_itself_brings()
    {
        var report = EvidencePackageReader.Verify(new MemoryStream(Package), Sample.Trust with { SignatureRootsPem = [] });
        Assert.Equal((Outcome.Undetermined, Outcome.Undetermined), (report.Whole, report.Layers[Layer.Signature]));
    }

    [Fact]
    public void Does_not_write_a_package_of_a_part_that_is_not_the_sealed_one()
    {
        foreach (var bytes in new byte[][] { [1, 2, 3], [], [.. Sample.Bytes["c0001"], 0] })
            Assert.Contains("c0001", Assert.Throws<InvalidDataException>(() => WriteWith(() => new MemoryStream(bytes))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Does_not_end_a_package_whose_part_changes_while_it_is_written()
    {
        var content = new byte[3 << 20];
        var large = new SampleRecord(signed: false, content: content);
        var opened = 0;
        var record = SamplePackage.Record(large) with { OpenPart = name => new MemoryStream(name == "c0001" ? opened++ == 0 ? content : new byte[content.Length - 1] : large.Bytes[name]) };
        Assert.Throws<InvalidDataException>(() => SamplePackage.Write(SamplePackage.Heading(large), record));
    }

    [Fact]
    public void Does_not_write_a_package_of_a_seal_that_the_checkpoint_does_not_prove_or_of_another_checkpoints_anchor()
    {
        var other = new SampleRecord(leaves: 6);
        Assert.Contains("does not prove", Assert.Throws<InvalidDataException>(() => SamplePackage.Write(SamplePackage.Heading(Sample), SamplePackage.Record(other))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => SamplePackage.Write(SamplePackage.Heading(Sample) with { Anchor = other.Anchor }, SamplePackage.Record(Sample)));
        Assert.Throws<InvalidDataException>(() => SamplePackage.Write(SamplePackage.Heading(Sample), SamplePackage.Record(Sample), SamplePackage.Record(Sample)));
        Assert.Throws<InvalidOperationException>(() => SamplePackage.Write(SamplePackage.Heading(Sample)));
    }

    [Fact]
    public void Reads_the_content_again_for_a_signature_over_another_digest()
    {
        using var authority = new Signatures.TestAuthority(ecdsa: true);
        var sample = new SampleRecord(signer: content => (authority.Cms(content, "2.16.840.1.101.3.4.2.3"), authority.ChainPem));
        var trust = sample.Trust with { SignatureRootsPem = [authority.Root.ExportCertificatePem()] };
        var package = SamplePackage.Write(sample);
        Assert.Equal(Outcome.Intact, EvidencePackageReader.Verify(new MemoryStream(package), trust).Whole);
        using var trickle = new TrickleStream(package);
        Assert.Equal(Outcome.Undetermined, EvidencePackageReader.Verify(trickle, trust).Layers[Layer.Signature]);
    }

    [Fact]
    public void Prints_a_certificate_in_both_languages_that_escapes_what_others_wrote()
    {
        var html = Member("certificate.html");
        Assert.Contains("存证证明", html, StringComparison.Ordinal);
        Assert.Contains("Certificate of preservation", html, StringComparison.Ordinal);
        Assert.Contains("采购合同 &amp; 附件", html, StringComparison.Ordinal);
        Assert.Contains("合同&lt;1&gt;.txt", html, StringComparison.Ordinal);
        Assert.Contains("INTACT 一致", html, StringComparison.Ordinal);
        Assert.Contains(Read(Package).CertificateText!, html, StringComparison.Ordinal);
        Assert.Contains("@media print", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_by_hand_checking_in_the_readme()
    {
        var readme = Member("README.txt");
        Assert.Contains("无法判定", readme, StringComparison.Ordinal);
        Assert.Contains("openssl cms -verify", readme, StringComparison.Ordinal);
    }

    private static string Of(string member) => $"records/{Sample.Id}/{member}";

    private static byte[] WriteWith(Func<Stream> content) =>
        SamplePackage.Write(SamplePackage.Heading(Sample), SamplePackage.Record(Sample) with { OpenPart = name => name == "c0001" ? content() : new MemoryStream(Sample.Bytes[name]) });

    private static string Member(string name)
    {
        using var zip = new ZipArchive(new MemoryStream(Package));
        using var reader = new StreamReader(zip.GetEntry(name)!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static IReadOnlyDictionary<Layer, Outcome> Layers(PackageReport report) => report.Layers;

    private static PackageReport Read(byte[] package) => EvidencePackageReader.Verify(new MemoryStream(package), Sample.Trust);
}

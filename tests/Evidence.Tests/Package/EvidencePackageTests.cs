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
        Assert.Equal(Outcome.Intact, report.Verdict.Whole);
        Assert.All(report.Verdict.Layers, static layer => Assert.Equal(Outcome.Intact, layer.Value));
        Assert.Contains(Layer.Package, report.Verdict.Layers.Keys);
        Assert.Equal(Sample.Id, report.Seal!.Record);
        Assert.Equal(Sample.Anchor.BlockHash, report.Anchor!.BlockHash);
        Assert.Equal("node1 <test>", report.StatedBy);
        Assert.Equal(Outcome.Intact, report.Statement!.Whole);
    }

    [Fact]
    public void Gives_the_same_bytes_for_the_same_content() => Assert.Equal(Package, SamplePackage.Write(Sample));

    [Fact]
    public void Reads_from_a_stream_that_gives_few_bytes_and_cannot_seek()
    {
        using var trickle = new TrickleStream(Package);
        Assert.Equal(Outcome.Intact, EvidencePackageReader.Verify(trickle, Sample.Trust).Verdict.Whole);
    }

    [Fact]
    public void Is_a_zip_that_any_program_opens()
    {
        using var zip = new ZipArchive(new MemoryStream(Package));
        Assert.Equal(
            ["README.txt", "manifest.json", "seal.json", "parts/c0001", "parts/s0001", "parts/k0001", "parts/m0001", "log/inclusion.tlog-proof", "log/key", "anchor/anchor.json", "signature-roots.pem", "statement.json", "certificate.html"],
            zip.Entries.Select(static entry => entry.FullName));
        using var content = zip.GetEntry("parts/c0001")!.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        Assert.Equal(Sample.Bytes["c0001"], bytes.ToArray());
        Assert.All(zip.Entries, static entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime));
    }

    [Fact]
    public void Holds_an_unsigned_record_and_one_that_is_not_anchored_yet()
    {
        var unsigned = new SampleRecord(signed: false);
        Assert.Equal(Outcome.Intact, Read(SamplePackage.Write(unsigned)).Verdict.Whole);
        var report = Read(SamplePackage.Write(SamplePackage.Content(Sample) with { Anchor = null, SignatureRootsPem = "" }));
        Assert.Equal((Outcome.Undetermined, Outcome.Undetermined, Outcome.Intact), (report.Verdict.Whole, report.Verdict.Layers[Layer.Ledger], report.Verdict.Layers[Layer.Package]));
    }

    [Fact]
    public void Leaves_the_ledger_undetermined_without_trust_json_or_with_another()
    {
        Assert.Equal(Outcome.Undetermined, Layers(EvidencePackageReader.Verify(new MemoryStream(Package), null))[Layer.Ledger]);
        var other = Sample.Trust with { Logs = [new(new Evidence.Core.Notes.LogSigner("other.log", SampleRecord.Seed(50)).Key.ToString())] };
        var report = EvidencePackageReader.Verify(new MemoryStream(Package), other);
        Assert.Equal((Outcome.Undetermined, Outcome.Undetermined), (report.Verdict.Whole, report.Verdict.Layers[Layer.Ledger]));
    }

    [Fact]
    public void Trusts_no_root_that_the_package_itself_brings()
    {
        var report = EvidencePackageReader.Verify(new MemoryStream(Package), Sample.Trust with { SignatureRootsPem = [] });
        Assert.Equal((Outcome.Undetermined, Outcome.Undetermined), (report.Verdict.Whole, report.Verdict.Layers[Layer.Signature]));
    }

    [Fact]
    public void Does_not_write_a_package_of_a_part_that_is_missing_or_not_the_sealed_one()
    {
        var content = SamplePackage.Content(Sample);
        Assert.Contains("c0001", Assert.Throws<InvalidDataException>(() => SamplePackage.Write(content with { Parts = [.. content.Parts.Skip(1)] })).Message, StringComparison.Ordinal);
        var changed = new PackagePart("c0001", static () => new MemoryStream([1, 2, 3]));
        Assert.Contains("c0001", Assert.Throws<InvalidDataException>(() => SamplePackage.Write(content with { Parts = [changed, .. content.Parts.Skip(1)] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Does_not_end_a_package_whose_part_changes_while_it_is_written()
    {
        var content = SamplePackage.Content(Sample);
        var opened = 0;
        var unsteady = new PackagePart("c0001", () => new MemoryStream(opened++ == 0 ? Sample.Bytes["c0001"] : new byte[Sample.Bytes["c0001"].Length]));
        Assert.Throws<InvalidDataException>(() => SamplePackage.Write(content with { Parts = [unsteady, .. content.Parts.Skip(1)] }));
    }

    [Fact]
    public void Reads_the_content_again_for_a_signature_over_another_digest()
    {
        using var authority = new Signatures.TestAuthority(ecdsa: true);
        var sample = new SampleRecord(signer: content => (authority.Cms(content, "2.16.840.1.101.3.4.2.3"), authority.ChainPem));
        var trust = sample.Trust with { SignatureRootsPem = [authority.Root.ExportCertificatePem()] };
        var package = SamplePackage.Write(sample);
        Assert.Equal(Outcome.Intact, EvidencePackageReader.Verify(new MemoryStream(package), trust).Verdict.Whole);
        using var trickle = new TrickleStream(package);
        Assert.Equal(Outcome.Undetermined, EvidencePackageReader.Verify(trickle, trust).Verdict.Layers[Layer.Signature]);
    }

    [Fact]
    public void Prints_a_certificate_in_both_languages_that_escapes_what_others_wrote()
    {
        var html = Member("certificate.html");
        Assert.Contains("存证证明", html, StringComparison.Ordinal);
        Assert.Contains("Certificate of preservation", html, StringComparison.Ordinal);
        Assert.Contains("采购合同 &amp; 附件", html, StringComparison.Ordinal);
        Assert.Contains("合同&lt;1&gt;.txt", html, StringComparison.Ordinal);
        Assert.Contains("node1 &lt;test&gt;", html, StringComparison.Ordinal);
        Assert.Contains("INTACT 一致", html, StringComparison.Ordinal);
        Assert.Contains("@media print", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_by_hand_checking_in_the_readme()
    {
        var readme = Member("README.txt");
        Assert.Contains(Sample.Id.ToString(), readme, StringComparison.Ordinal);
        Assert.Contains("无法判定", readme, StringComparison.Ordinal);
        Assert.Contains("openssl cms -verify", readme, StringComparison.Ordinal);
    }

    private static string Member(string name)
    {
        using var zip = new ZipArchive(new MemoryStream(Package));
        using var reader = new StreamReader(zip.GetEntry(name)!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static IReadOnlyDictionary<Layer, Outcome> Layers(PackageReport report) => report.Verdict.Layers;

    private static PackageReport Read(byte[] package) => EvidencePackageReader.Verify(new MemoryStream(package), Sample.Trust);
}

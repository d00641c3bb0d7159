using Evidence.Core;
using Evidence.Core.Packages;
using Evidence.Core.Packages.Zip;
using Evidence.Core.Verification;
using Evidence.Tests.Verification;

namespace Evidence.Tests.Package;

public sealed class AlteredPackageTests
{
    [Fact]
    public void Keeps_no_more_findings_in_its_verdicts_than_the_limit()
    {
        var vector = Making.PackageVectors.All.Single(static vector => vector.Name == "good/several_records");
        var report = EvidencePackageReader.Verify(new MemoryStream(vector.Package), null, new PackageQuestion { Limits = new PackageLimits { MaxFindings = 4 } });
        Assert.Equal((3, 4), (report.Verdicts.Count, report.Verdicts.Sum(static verdict => verdict.Findings.Count)));
    }

    [Theory]
    [InlineData("good/several_records")]
    [InlineData("bad/E701_another_checkpoint")]
    public void Judges_an_anchor_once_whatever_checkpoints_the_records_lead_to(string name)
    {
        var vector = Making.PackageVectors.All.Single(vector => vector.Name == name);
        var elsewhere = vector.Trust! with { Chain = vector.Trust.Chain with { ChainId = 77 } };
        var findings = EvidencePackageReader.Verify(new MemoryStream(vector.Package), elsewhere).Verdicts.Select(static verdict => verdict.Findings.Single(static finding => finding.Code == FindingCodes.AnchorUnexpected)).ToList();
        Assert.True(findings.Count > 1);
        Assert.All(findings, finding => Assert.Same(findings[0], finding));
    }

    private static readonly SampleRecord Sample = new(leaves: 4);
    private static readonly SampleRecord Bare = new(signed: false, leaves: 4);
    private static readonly byte[] Package = SamplePackage.Write(Sample);

    /// <summary>Without a signature, so that reading it thousands of times takes no certification paths.</summary>
    private static readonly byte[] Unsigned = SamplePackage.Write(SamplePackage.Heading(Bare) with { SignatureRootsPem = "" }, SamplePackage.Record(Bare));

    [Fact]
    public void Is_never_intact_when_any_one_byte_is_changed()
    {
        Assert.Equal(Outcome.Intact, Whole(Unsigned));
        Parallel.For(0, Unsigned.Length, position => AssertNoticed(Flipped(Unsigned, position, 1 << position % 8), $"byte {position}"));
    }

    [Fact]
    public void Is_never_intact_when_a_byte_of_a_signed_record_is_changed()
    {
        Assert.Equal(Outcome.Intact, Whole(Package));
        Parallel.For(0, Package.Length / 17, step => AssertNoticed(Flipped(Package, step * 17, 0x20), $"byte {step * 17}"));
    }

    [Fact]
    public void Is_never_intact_when_it_is_cut_off_anywhere() =>
        Parallel.For(0, Unsigned.Length, length => AssertNoticed(Unsigned[..length], $"length {length}"));

    [Fact]
    public void Is_never_intact_when_a_byte_is_left_out_or_put_in() => Parallel.For(0, Unsigned.Length / 3, third =>
    {
        var position = 3 * third;
        AssertNoticed(position % 2 == 0 ? [.. Unsigned[..position], .. Unsigned[(position + 1)..]] : [.. Unsigned[..position], (byte)position, .. Unsigned[position..]], $"byte {position}");
    });

    [Fact]
    public void Is_not_intact_with_bytes_before_or_behind_it()
    {
        AssertFound([.. Package, 0], Outcome.Altered, FindingCodes.PackageUnexpected);
        AssertFound([.. Package, .. Package], Outcome.Altered, FindingCodes.PackageUnexpected);
        AssertFound([0, .. Package], Outcome.Undetermined, FindingCodes.PackageUnreadable);
    }

    [Fact]
    public void Calls_what_is_no_package_unreadable_and_undetermined()
    {
        foreach (var bytes in new[] { [], [1, 2, 3], "PK"u8.ToArray(), "%PDF-1.7 some document"u8.ToArray(), new byte[100_000] })
        {
            AssertFound(bytes, Outcome.Undetermined, FindingCodes.PackageUnreadable);
            Assert.All(Verify(bytes).Layers, static layer => Assert.Equal(Outcome.Undetermined, layer.Value));
        }
    }

    [Fact]
    public void Finds_altered_content_in_a_package_made_to_fit_it()
    {
        var forged = Rebuild(members => members[Of("parts/c0001")] = "forged"u8.ToArray());
        AssertFound(forged, Outcome.Altered, FindingCodes.PartChanged);
        Assert.Equal(Outcome.Altered, Verify(forged).Layers[Layer.Content]);
        var finding = Verify(forged).Findings.First(static found => found.Finding.Code == FindingCodes.PartChanged);
        Assert.Contains(Digest.Of("forged"u8).ToString(), finding.Finding.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Finds_a_text_for_people_that_says_something_else_in_a_package_made_to_fit_it()
    {
        foreach (var name in new[] { "README.txt", "statement.json", "certificate.html" })
            AssertFound(Rebuild(members => members[name] = "trust the trust.json beside this file"u8.ToArray()), Outcome.Altered, FindingCodes.TextDiffers);
    }

    [Fact]
    public void Finds_members_missing_added_renamed_doubled_or_in_another_order()
    {
        AssertFound(Rebuild(static members => members.Remove(Of("parts/c0001"))), Outcome.Altered, FindingCodes.PartMissing);
        AssertFound(Rebuild(static members => members.Remove("certificate.html")), Outcome.Altered, FindingCodes.PackageMissing);
        AssertFound(Rebuild(static members => members.Remove(Of("seal.json"))), Outcome.Altered, FindingCodes.SealMissing);
        foreach (var name in new[] { "../../etc/passwd", "/etc/passwd", "records/../seal.json", "parts\\c0002", "PARTS/C0001", Of("parts/c00021"), "parts/", "", "\u001b[2J", "trust.json" })
            AssertFound(Rebuild(members => members[name] = [1]), Outcome.Altered, FindingCodes.PackageUnexpected);
        AssertFound(PackageForge.Fitted([.. PackageForge.Members(Package), (Of("seal.json"), Sample.SealBytes)]), Outcome.Altered, FindingCodes.PackageUnexpected);
        AssertFound(PackageForge.Fitted(PackageForge.Members(Package).OrderBy(static member => member.Name, StringComparer.Ordinal)), Outcome.Altered, FindingCodes.PackageUnexpected);
    }

    [Fact]
    public void Drops_the_anchor_to_undetermined_when_a_package_is_rebuilt_without_it()
    {
        var report = Verify(Rebuild(static members => members.Remove("anchors/4.json")));
        Assert.NotEqual(Outcome.Intact, report.Whole);
        Assert.Equal(Outcome.Undetermined, report.Layers[Layer.Ledger]);
    }

    [Fact]
    public void Does_not_print_what_a_hostile_name_holds()
    {
        var report = Verify(Rebuild(static members => members["\u001b[2J\u0007"] = [1]));
        Assert.DoesNotContain(report.Findings, static found => found.Finding.Subject.Any(char.IsControl));
    }

    [Fact]
    public void Keeps_to_its_limits()
    {
        AssertLimited(new PackageLimits { MaxMembers = 3 });
        AssertLimited(new PackageLimits { MaxPackageBytes = 500 });
        AssertLimited(new PackageLimits { MaxSmallMemberBytes = 100 });
        AssertLimited(new PackageLimits { MaxMemoryBytes = 2000 });
        AssertLimited(new PackageLimits { MaxRecords = 0 });
        Assert.Equal(Outcome.Intact, Verify(Package, new PackageLimits { MaxMemoryBytes = Package.Length, MaxMembers = 13, MaxPackageBytes = Package.Length }).Whole);
    }

    [Fact]
    public void Has_the_same_room_for_each_record_and_for_what_is_outside_of_records()
    {
        var vector = Making.PackageVectors.All.Single(static vector => vector.Name == "good/several_records");
        var held = PackageForge.Members(vector.Package).Where(static member => MemberName.TryParse(member.Name) is { IsHeld: true });
        var needed = held.GroupBy(static member => MemberName.TryParse(member.Name)!.Value.Record).Max(static record => record.Sum(static member => member.Bytes.Length));
        Outcome Within(int bytes) => EvidencePackageReader.Verify(new MemoryStream(vector.Package), vector.Trust, new PackageQuestion { Limits = new PackageLimits { MaxMemoryBytes = bytes } }).Whole;
        Assert.Equal((Outcome.Intact, Outcome.Undetermined), (Within(needed), Within(needed - 1)));
    }

    [Fact]
    public void Follows_no_more_rotations_than_the_limit()
    {
        var rotation = new string('r', 3);
        string Keys(int count) => $"{{\"first\":\"{Making.VectorLog.Key}\",\"format\":\"evidence.log-keys/1\",\"rotations\":[{string.Join(',', Enumerable.Repeat($"\"{rotation}\"", count))}]}}";
        var tooMany = Assert.Throws<FormatException>(() => LogKeysJson.Parse(System.Text.Encoding.UTF8.GetBytes(Keys(LogKeysJson.MaxRotations + 1))));
        var unread = Assert.Throws<FormatException>(() => LogKeysJson.Parse(System.Text.Encoding.UTF8.GetBytes(Keys(LogKeysJson.MaxRotations))));
        Assert.Contains("at most 1000", tooMany.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("at most 1000", unread.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_not_led_by_a_size_that_a_header_claims()
    {
        foreach (var size in new[] { 0xffff_fffeL, 0xffff_ffffL, long.MaxValue, 1L << 40 })
        {
            var bomb = new ZipEntry("README.txt", size, 0, 0).LocalHeader();
            var before = GC.GetAllocatedBytesForCurrentThread();
            AssertFound([.. bomb, 1, 2, 3], null, null);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 8 << 20);
        }
    }

    private static byte[] Flipped(byte[] package, int position, int mask)
    {
        var altered = package.ToArray();
        altered[position] ^= (byte)mask;
        return altered;
    }

    private static void AssertNoticed(byte[] package, string what)
    {
        var verdict = Verify(package);
        Assert.True(verdict.Whole is Outcome.Altered or Outcome.Undetermined, $"{what}: {verdict.Whole}");
        Assert.True(verdict.Findings.Any(static found => found.Finding is { Layer: Layer.Package, Severity: not Severity.Info }), $"{what}: no finding about the package");
    }

    private static string Of(string member) => $"records/{Sample.Id}/{member}";

    private static byte[] Rebuild(Action<Dictionary<string, byte[]>> change)
    {
        var members = PackageForge.Members(Package).ToDictionary(static member => member.Name, static member => member.Bytes, StringComparer.Ordinal);
        change(members);
        return PackageForge.Fitted(members.Select(static member => (member.Key, member.Value)));
    }

    private static void AssertLimited(PackageLimits limits)
    {
        var verdict = Verify(Package, limits);
        Assert.NotEqual(Outcome.Intact, verdict.Whole);
        Assert.Contains(verdict.Findings, static found => found.Finding.Code == FindingCodes.PackageTooLarge);
    }

    private static void AssertFound(byte[] package, Outcome? whole, string? code)
    {
        var verdict = Verify(package);
        Assert.NotEqual(Outcome.Intact, verdict.Whole);
        if (whole is not null) Assert.Equal(whole, verdict.Whole);
        if (code is not null) Assert.Contains(verdict.Findings, found => found.Finding.Code == code && found.Finding.Severity != Severity.Info);
    }

    private static Outcome Whole(byte[] package) => Verify(package).Whole;

    private static PackageReport Verify(byte[] package, PackageLimits? limits = null) => EvidencePackageReader.Verify(new MemoryStream(package), Sample.Trust, new PackageQuestion { Limits = limits ?? new PackageLimits() });
}

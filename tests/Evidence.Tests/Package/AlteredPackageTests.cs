using Evidence.Core;
using Evidence.Core.Packages;
using Evidence.Core.Verification;
using Evidence.Tests.Verification;

namespace Evidence.Tests.Package;

public sealed class AlteredPackageTests
{
    private static readonly SampleRecord Sample = new(leaves: 4);
    private static readonly byte[] Package = SamplePackage.Write(Sample);

    /// <summary>Without a signature, so that reading it thousands of times takes no certification paths.</summary>
    private static readonly byte[] Unsigned = SamplePackage.Write(SamplePackage.Content(new SampleRecord(signed: false, leaves: 4)) with { SignatureRootsPem = "" });

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
            Assert.All(Verify(bytes).Verdict.Layers, static layer => Assert.Equal(Outcome.Undetermined, layer.Value));
        }
    }

    [Fact]
    public void Finds_altered_content_in_a_package_made_to_fit_it()
    {
        var forged = Rebuild(members => members["parts/c0001"] = "forged"u8.ToArray());
        AssertFound(forged, Outcome.Altered, FindingCodes.PartChanged);
        Assert.Equal(Outcome.Altered, Verify(forged).Verdict.Layers[Layer.Content]);
        var finding = Verify(forged).Verdict.Findings.First(static finding => finding.Code == FindingCodes.PartChanged);
        Assert.Contains(Digest.Of("forged"u8).ToString(), finding.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Finds_a_text_for_people_that_says_something_else_in_a_package_made_to_fit_it()
    {
        AssertFound(Rebuild(static members => members["certificate.html"] = "<p>owner: someone else</p>"u8.ToArray()), Outcome.Altered, FindingCodes.PackageChanged);
        AssertFound(Rebuild(static members => members["README.txt"] = "trust the trust.json beside this file"u8.ToArray()), Outcome.Altered, FindingCodes.PackageChanged);
    }

    [Fact]
    public void Finds_members_missing_added_renamed_doubled_or_in_another_order()
    {
        AssertFound(Rebuild(static members => members.Remove("parts/c0001")), Outcome.Altered, FindingCodes.PackageMissing);
        AssertFound(Rebuild(static members => members.Remove("certificate.html")), Outcome.Altered, FindingCodes.PackageMissing);
        AssertFound(Rebuild(static members => members.Remove("seal.json")), Outcome.Altered, FindingCodes.SealMissing);
        foreach (var name in new[] { "../../etc/passwd", "/etc/passwd", "parts/../seal.json", "parts\\c0002", "PARTS/C0001", "parts/c0002", "parts/", "", "\u001b[2J", "trust.json" })
            AssertFound(Rebuild(members => members[name] = [1]), Outcome.Altered, FindingCodes.PackageUnexpected);
        AssertFound(Raw([.. Members(), ("seal.json", Sample.SealBytes)]), Outcome.Altered, FindingCodes.PackageUnexpected);
        AssertFound(Raw([.. Members().OrderBy(static member => member.Name, StringComparer.Ordinal)]), Outcome.Altered, FindingCodes.PackageChanged);
    }

    [Fact]
    public void Drops_the_anchor_to_undetermined_when_a_package_is_rebuilt_without_it()
    {
        var report = Verify(Rebuild(static members => members.Remove("anchor/anchor.json")));
        Assert.NotEqual(Outcome.Intact, report.Verdict.Whole);
        Assert.Equal(Outcome.Undetermined, report.Verdict.Layers[Layer.Ledger]);
    }

    [Fact]
    public void Does_not_print_what_a_hostile_name_holds()
    {
        var report = Verify(Rebuild(static members => members["\u001b[2J\u0007"] = [1]));
        Assert.DoesNotContain(report.Verdict.Findings, static finding => finding.Subject.Any(char.IsControl));
    }

    [Fact]
    public void Says_where_the_archives_statement_and_this_check_disagree()
    {
        var report = Verify(Rebuild(static members => members["parts/c0001"] = "forged"u8.ToArray()));
        Assert.Equal(Outcome.Intact, report.Statement!.Whole);
        Assert.Contains(report.Verdict.Findings, static finding => finding.Code == FindingCodes.StatementDiffers);
    }

    [Fact]
    public void Keeps_to_its_limits()
    {
        AssertLimited(new PackageLimits { MaxMembers = 3 });
        AssertLimited(new PackageLimits { MaxPackageBytes = 500 });
        AssertLimited(new PackageLimits { MaxSmallMemberBytes = 100 });
        AssertLimited(new PackageLimits { MaxMemoryBytes = 2000 });
        Assert.Equal(Outcome.Intact, Verify(Package, new PackageLimits { MaxMemoryBytes = Package.Length, MaxMembers = 13, MaxPackageBytes = Package.Length }).Verdict.Whole);
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
        var verdict = Verify(package).Verdict;
        Assert.True(verdict.Whole is Outcome.Altered or Outcome.Undetermined, $"{what}: {verdict.Whole}");
        Assert.True(verdict.Findings.Any(static finding => finding is { Layer: Layer.Package, Severity: not Severity.Info }), $"{what}: no finding about the package");
    }

    /// <summary>A package with other members, its manifest made to fit: what a forger who knows the format would do.</summary>
    private static byte[] Rebuild(Action<Dictionary<string, byte[]>> change)
    {
        var members = Members().ToDictionary(static member => member.Name, static member => member.Bytes, StringComparer.Ordinal);
        change(members);
        members.Remove("manifest.json");
        var manifest = new PackageManifest(Sample.Id, [.. members.Select(static member => new ManifestMember(member.Key, member.Value.Length, Digest.Of(member.Value)))]);
        var list = members.Select(static member => (member.Key, member.Value)).ToList();
        list.Insert(Math.Min(1, list.Count), ("manifest.json", manifest.Encode()));
        return Raw(list);
    }

    private static byte[] Raw(IEnumerable<(string Name, byte[] Bytes)> members)
    {
        using var zip = new MemoryStream();
        var entries = new List<ZipEntry>();
        foreach (var (name, bytes) in members)
        {
            var crc = new Crc32();
            crc.Append(bytes);
            entries.Add(new ZipEntry(name, bytes.Length, crc.Value, zip.Position));
            zip.Write(entries[^1].LocalHeader());
            zip.Write(bytes);
        }

        zip.Write(ZipDirectory.Encode(entries, zip.Position));
        return zip.ToArray();
    }

    private static List<(string Name, byte[] Bytes)> Members()
    {
        var list = new FindingList(Layer.Package);
        var walk = new PackageWalk(new MemoryStream(Package), new PackageLimits(), list);
        walk.Run();
        return [.. walk.Members.Select(static member => (member.Name, Package[(int)member.DataOffset..(int)(member.DataOffset + member.Size)]))];
    }

    private static void AssertLimited(PackageLimits limits)
    {
        var verdict = Verify(Package, limits).Verdict;
        Assert.NotEqual(Outcome.Intact, verdict.Whole);
        Assert.Contains(verdict.Findings, static finding => finding.Code == FindingCodes.PackageTooLarge);
    }

    private static void AssertFound(byte[] package, Outcome? whole, string? code)
    {
        var verdict = Verify(package).Verdict;
        Assert.NotEqual(Outcome.Intact, verdict.Whole);
        if (whole is not null) Assert.Equal(whole, verdict.Whole);
        if (code is not null) Assert.Contains(verdict.Findings, finding => finding.Code == code && finding.Severity != Severity.Info);
    }

    private static Outcome Whole(byte[] package) => Verify(package).Verdict.Whole;

    private static PackageReport Verify(byte[] package, PackageLimits? limits = null) => EvidencePackageReader.Verify(new MemoryStream(package), Sample.Trust, limits);
}

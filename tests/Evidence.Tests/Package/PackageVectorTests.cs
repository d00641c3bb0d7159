using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Tests.Package.Making;

namespace Evidence.Tests.Package;

/// <summary>
/// The packages in tests/vectors, to which every verifier is held: package.zip, trust.json, where a paper is held against it certificate.txt, and in expected.json on what
/// verifiers agree. To write them anew, run these tests with EVIDENCE_VECTORS=write.
/// </summary>
public sealed class PackageVectorTests
{
    private static readonly bool IsWriting = Environment.GetEnvironmentVariable("EVIDENCE_VECTORS") == "write";

    public static TheoryData<string> Names => [.. PackageVectors.All.Select(static vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Comes_to_the_verdict_that_a_vector_is_named_after(string name)
    {
        var vector = PackageVectors.All.Single(vector => vector.Name == name);
        var report = Judge(vector);
        if (vector.Code is { } code)
        {
            Assert.NotEqual(Outcome.Intact, report.Whole);
            Assert.Contains(code, report.Codes);
        }
        else
        {
            Assert.Empty(report.Codes);
            Assert.Equal(Outcome.Intact, report.Whole);
        }
    }

    [Fact]
    public void Makes_the_vectors_that_are_kept_to_the_byte()
    {
        foreach (var (path, bytes) in PackageVectors.All.SelectMany(Files))
        {
            var file = Path.Combine(PackageVectors.Folder, path);
            if (IsWriting)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, bytes);
            }

            Assert.True(File.Exists(file) && bytes.AsSpan().SequenceEqual(File.ReadAllBytes(file)), $"{path} is not the one that the maker makes: run these tests with EVIDENCE_VECTORS=write, and see what changed.");
        }
    }

    [Fact]
    public void Keeps_no_vector_that_is_not_made()
    {
        var made = PackageVectors.All.SelectMany(Files).Select(static file => file.Path).ToHashSet(StringComparer.Ordinal);
        var kept = new[] { "good", "bad" }.SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(PackageVectors.Folder, folder), "*", SearchOption.AllDirectories));
        Assert.All(kept.Select(static file => Path.GetRelativePath(PackageVectors.Folder, file)), path => Assert.Contains(path, made));
    }

    private static PackageReport Judge(PackageVector vector) =>
        EvidencePackageReader.Verify(new MemoryStream(vector.Package), vector.Trust is null ? null : TrustPolicyJson.Parse(TrustPolicyJson.Encode(vector.Trust)), new PackageQuestion { Paper = vector.Paper });

    private static IEnumerable<(string Path, byte[] Bytes)> Files(PackageVector vector)
    {
        yield return (Path.Combine(vector.Name, "package.zip"), vector.Package);
        if (vector.Trust is not null) yield return (Path.Combine(vector.Name, "trust.json"), TrustPolicyJson.Encode(vector.Trust));
        if (vector.Paper is not null) yield return (Path.Combine(vector.Name, "certificate.txt"), System.Text.Encoding.UTF8.GetBytes(vector.Paper + "\n"));
        yield return (Path.Combine(vector.Name, "expected.json"), PackageVectors.Expected(Judge(vector)));
    }
}

using System.Globalization;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Tests.Package.Making;

namespace Evidence.Tests.Package;

/// <summary>
/// Mutants of good packages, always the same for a seed: none is INTACT, none makes the verifier throw, hang or take much memory. EVIDENCE_FUZZ_MUTANTS makes more of them,
/// EVIDENCE_FUZZ_SEED others; EVIDENCE_FUZZ_FOLDER writes them there, for another verifier to be held to the same.
/// </summary>
public sealed class PackageFuzzTests
{
    private const int Mutants = 600, MaxAllocated = 100 << 20;
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(1);
    private static readonly PackageVector[] Good = [.. PackageVectors.All.Where(static vector => vector.Code is null)];

    [Fact]
    public async Task Is_never_intact_and_never_throws_hangs_or_takes_much_memory_on_a_mutant()
    {
        var seed = Setting("EVIDENCE_FUZZ_SEED", 1);
        var checking = Task.Run(() => Parallel.For(0, Setting("EVIDENCE_FUZZ_MUTANTS", Mutants), i => Check(seed * 1_000_003 + i)));
        await checking.WaitAsync(Watchdog * Math.Max(1, Setting("EVIDENCE_FUZZ_MUTANTS", Mutants) / Mutants));
    }

    private static void Check(int seed)
    {
        var random = new Random(seed);
        var vector = Good[random.Next(Good.Length)];
        var (mutant, how) = PackageMutation.Of(vector.Package, Good[random.Next(Good.Length)].Package, random);
        if (mutant.AsSpan().SequenceEqual(vector.Package)) return;
        var trust = TrustPolicyJson.Encode(vector.Trust!);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var report = EvidencePackageReader.Verify(new MemoryStream(mutant), TrustPolicyJson.Parse(trust));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MaxAllocated, $"seed {seed}: {how} of {vector.Name} took too much memory");
        Assert.True(report.Whole is Outcome.Altered or Outcome.Undetermined, $"seed {seed}: {how} of {vector.Name} is {report.Whole}");
        Assert.NotEmpty(report.Codes);
        Keep(seed, mutant, trust, report);
    }

    private static void Keep(int seed, byte[] mutant, byte[] trust, PackageReport report)
    {
        if (Environment.GetEnvironmentVariable("EVIDENCE_FUZZ_FOLDER") is not { Length: > 0 } folder) return;
        var at = Directory.CreateDirectory(Path.Combine(folder, seed.ToString(CultureInfo.InvariantCulture))).FullName;
        File.WriteAllBytes(Path.Combine(at, "package.zip"), mutant);
        File.WriteAllBytes(Path.Combine(at, "trust.json"), trust);
        File.WriteAllBytes(Path.Combine(at, "expected.json"), PackageVectors.Expected(report));
    }

    private static int Setting(string name, int usual) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : usual;
}

using System.Diagnostics;
using Evidence.Bench.Measuring;
using Evidence.Bench.Peers;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Bench.Goals;

/// <summary>How long a court waits for a verdict: the published verifier, and the check alone.</summary>
internal sealed class P10PackageVerification : IGoal
{
    private const int WarmUps = 200, Warm = 500, Cold = 30;
    private const string Vector = "signed_1_kib_qbft", Project = "clients/Evidence.Verifier";

    public string Name => "P10";

    public string Title => "package of one signed 1 KiB record verified with four validators in trust.json: warm, p50; a cold process, wall, p50";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        var root = Root();
        var vector = Path.Combine(root, "tests", "vectors", "good", Vector);
        var package = await File.ReadAllBytesAsync(Path.Combine(vector, "package.zip"), ct);
        var trust = TrustPolicyJson.Parse(await File.ReadAllBytesAsync(Path.Combine(vector, "trust.json"), ct));
        for (var i = 0; i < WarmUps; i++) Verify(context.Time, package, trust);
        var warm = Enumerable.Range(0, Warm).Select(_ => Verify(context.Time, package, trust)).ToList();
        var program = await PublishAsync(context, root, ct);
        var cold = new List<double>();
        for (var i = 0; i < Cold; i++) cold.Add(await RunAsync(context, program, vector, ct));
        return new GoalResult(
            [
                new Figure("warm", Statistics.Median(warm), Sense.AtMost, 100, 20, "ms"),
                new Figure("cold process", Statistics.Median(cold), Sense.AtMost, 500, 250, "ms"),
            ],
            [
                new Absolute("package verified, warm, p99", Statistics.Quantile(warm, 0.99), "ms"),
                new Absolute("package verified, cold process, slowest of 30", cold.Max(), "ms"),
                new Absolute("evidence-verify, the file", new FileInfo(program).Length / 1e6, "MB"),
            ]);
    }

    private static double Verify(TimeProvider time, byte[] package, TrustPolicy trust)
    {
        var started = time.GetTimestamp();
        var report = EvidencePackageReader.Verify(new MemoryStream(package), trust);
        var taken = time.GetElapsedTime(started).TotalMilliseconds;
        return report.Whole == Outcome.Intact ? taken : throw new NotMeasuredException($"the package {Vector} is {report.Whole}");
    }

    private static async Task<string> PublishAsync(BenchContext context, string root, CancellationToken ct)
    {
        context.Say("publishing evidence-verify");
        var folder = context.FreshPath("evidence-verify");
        await PeerProcess.RunAsync("dotnet", ["publish", Path.Combine(root, Project), "-c", "Release", "-r", "linux-x64", "-o", folder, "-v", "q", "--nologo"], ct);
        return Path.Combine(folder, "evidence-verify");
    }

    private static async Task<double> RunAsync(BenchContext context, string program, string vector, CancellationToken ct)
    {
        var started = context.Time.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, [Path.Combine(vector, "package.zip"), "--trust", Path.Combine(vector, "trust.json")]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        var taken = context.Time.GetElapsedTime(started).TotalMilliseconds;
        return process.ExitCode == 0 ? taken : throw new NotMeasuredException($"evidence-verify ended with exit code {process.ExitCode}");
    }

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Evidence.sln"))) at = at.Parent;
        return at?.FullName ?? throw new NotMeasuredException("this does not run from inside a checkout");
    }
}

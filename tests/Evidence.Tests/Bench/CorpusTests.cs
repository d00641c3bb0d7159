using System.Security.Cryptography;
using Evidence.Bench.Corpora;

namespace Evidence.Tests.Bench;

public sealed class CorpusTests
{
    [Fact]
    public async Task The_same_plan_gives_the_same_files()
    {
        var plan = CorpusPlan.A with { Count = 30 };
        using var folder = new BenchFolder();

        var one = await Corpus.WriteAsync(plan, Path.Combine(folder.Path, "one"), CancellationToken.None);
        var two = await Corpus.WriteAsync(plan, Path.Combine(folder.Path, "two"), CancellationToken.None);

        Assert.Equal(30, one.Files.Count);
        Assert.Equal(one.Files.Sum(f => new FileInfo(f).Length), one.Bytes);
        foreach (var (first, second) in one.Files.Zip(two.Files)) Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void The_files_are_those_of_every_earlier_run()
    {
        var content = new byte[CorpusPlan.B.SizeOf(123_456)];
        CorpusPlan.B.Fill(123_456, content);
        Assert.Equal(KnownDigest, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    [Fact]
    public void Files_differ_in_every_byte_range()
    {
        var contents = Enumerable.Range(0, 4).Select(number => Content(CorpusPlan.B with { Smallest = 1001, Largest = 1001 }, number)).ToList();
        foreach (var range in new[] { ..100, 400..500, 980..1001 })
            Assert.Equal(4, contents.Select(c => Convert.ToHexString(c[range])).Distinct().Count());
    }

    [Fact]
    public void Sizes_keep_to_the_plan()
    {
        var a = Enumerable.Range(0, CorpusPlan.A.Count).Select(CorpusPlan.A.SizeOf).ToList();
        var b = Enumerable.Range(0, CorpusPlan.B.Count).Select(CorpusPlan.B.SizeOf).ToList();
        Assert.All(a, size => Assert.InRange(size, 10_000, 200_000));
        Assert.All(b, size => Assert.InRange(size, 1_000, 4_000));
        Assert.InRange(a.Sum(s => (long)s), 1_440_000_000, 1_500_000_000);
        Assert.InRange(b.Sum(s => (long)s), 490_000_000, 510_000_000);
    }

    // By openssl enc -aes-256-cbc, and not by this code.
    private const string KnownDigest = "6a14092c980bb2833504e006311518e4884c7cad282e65112d39877ca6608477";

    private static byte[] Content(CorpusPlan plan, int number)
    {
        var content = new byte[plan.SizeOf(number)];
        plan.Fill(number, content);
        return content;
    }
}

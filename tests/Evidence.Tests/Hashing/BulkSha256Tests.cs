using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Core.Hashing;

namespace Evidence.Tests.Hashing;

public sealed class BulkSha256Tests
{
    [Theory]
    [Way("AVX-512")]
    [Way("AVX2")]
    [Way("framework")]
    public void Hashes_messages_of_every_length_as_the_framework_does(string way)
    {
        for (var length = 0; length <= 1200; length++) Check(WayAttribute.Find(way), [length]);
    }

    [Theory]
    [Way("AVX-512")]
    [Way("AVX2")]
    [Way("framework")]
    public void Hashes_every_number_of_messages_of_one_length(string way)
    {
        for (var count = 0; count <= 50; count++)
            foreach (var length in (int[])[0, 55, 56, 63, 64, 119, 502, 503, 504, 1000]) Check(WayAttribute.Find(way), [.. Enumerable.Repeat(length, count)]);
    }

    [Theory]
    [Way("AVX-512")]
    [Way("AVX2")]
    [Way("framework")]
    public void Hashes_messages_of_mixed_lengths_in_any_order(string way)
    {
        var random = new Random(7);
        for (var round = 0; round < 150; round++)
        {
            var most = (int[])[1, 70, 300, 600, 5000, 100_000];
            var lengths = Enumerable.Range(0, random.Next(200)).Select(_ => random.Next(most[random.Next(most.Length)])).ToArray();
            Check(WayAttribute.Find(way), lengths);
        }
    }

    [Theory]
    [Way("AVX-512")]
    [Way("AVX2")]
    [Way("framework")]
    public void Hashes_a_few_long_messages_among_many_short_ones(string way)
    {
        var lengths = Enumerable.Range(0, 300).Select(i => i % 100 == 99 ? 1_000_000 + i : 300 + i).ToArray();
        Check(WayAttribute.Find(way), lengths);
        Check(WayAttribute.Find(way), [.. Enumerable.Range(0, 90).Select(i => 40_000 + i)]);
        Check(WayAttribute.Find(way), [2_000_000, 1_999_999]);
    }

    [Theory]
    [Way("AVX-512")]
    [Way("AVX2")]
    [Way("framework")]
    public void Hashes_every_number_of_pairs_also_in_place(string way)
    {
        for (var count = 0; count <= 70; count++)
        {
            var children = Digests(2 * count, count);
            var expected = Enumerable.Range(0, count).Select(i => Digest.Of([0x01, .. children[2 * i].ToArray(), .. children[(2 * i) + 1].ToArray()])).ToArray();
            var parents = new Digest[count];
            WayAttribute.Find(way).HashNodes(children, parents);
            Assert.Equal(expected, parents);
            WayAttribute.Find(way).HashNodes(children, children.AsSpan(0, count));
            Assert.Equal(expected, children[..count]);
        }
    }

    [Theory]
    [Way("AVX-512")]
    [Way("AVX2")]
    [Way("framework")]
    public void Refuses_messages_outside_the_bytes_and_the_wrong_number_of_digests(string name)
    {
        var way = WayAttribute.Find(name);
        Assert.Throws<ArgumentException>(() => way.Hash(new byte[10], [new MessageRange(5, 6)], new Digest[1]));
        Assert.Throws<ArgumentException>(() => way.Hash(new byte[10], [new MessageRange(-1, 6)], new Digest[1]));
        Assert.Throws<ArgumentException>(() => way.HashLeaves(new byte[10], [new MessageRange(0, -1)], new Digest[1]));
        Assert.Throws<ArgumentException>(() => way.HashLeaves(new byte[10], [new MessageRange(0, 10)], new Digest[2]));
        Assert.Throws<ArgumentException>(() => way.HashNodes(new Digest[3], new Digest[1]));
    }

    [Theory]
    [Way("AVX-512")]
    [Way("AVX2")]
    [Way("framework")]
    public void Passes_its_own_check(string way) => Assert.True(BulkSha256Check.Passes(WayAttribute.Find(way)));

    [Fact]
    public void Takes_the_fastest_way_that_the_processor_has()
    {
        Assert.Same(BulkSha256.All.First(way => way.IsSupported), BulkSha256.Best);
        Assert.Null(BulkSha256.Complaint);
    }

    [Theory]
    [InlineData("nodes", 36)]
    [InlineData("messages", 0)]
    [InlineData("messages", 139)]
    [InlineData("leaves", 70)]
    public void Falls_back_to_the_framework_and_says_so_when_a_way_gives_another_digest(string where, int at)
    {
        var choice = BulkSha256Choice.Among([new WrongSha256(where, at), BulkSha256.Framework]);
        Assert.Same(BulkSha256.Framework, choice.Best);
        Assert.Contains("wrong", choice.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Allocates_nothing()
    {
        var (children, parents) = (Digests(2000, 1), new Digest[1000]);
        var (bytes, messages) = (new byte[100_000], Enumerable.Range(0, 1000).Select(i => new MessageRange(i * 50, i)).ToArray());
        var way = BulkSha256.Best;
        // The runtime itself allocates at times, while it compiles.
        Assert.Contains(Enumerable.Range(0, 10), _ => AllocatedBy(() =>
        {
            way.HashNodes(children, parents);
            way.HashLeaves(bytes, messages, parents);
        }) == 0);
    }

    private static long AllocatedBy(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Check(BulkSha256 way, int[] lengths)
    {
        var bytes = new byte[lengths.Length == 0 ? 3 : lengths.Max() + lengths.Length];
        new Random(lengths.Length).NextBytes(bytes);
        var messages = lengths.Select((length, i) => new MessageRange(i, length)).ToArray(); // each begins at another place
        var (plain, leaves) = (new Digest[lengths.Length], new Digest[lengths.Length]);
        way.Hash(bytes, messages, plain);
        way.HashLeaves(bytes, messages, leaves);
        for (var i = 0; i < lengths.Length; i++)
        {
            Assert.Equal(new Digest(SHA256.HashData(bytes.AsSpan(i, lengths[i]))), plain[i]);
            Assert.Equal(new Digest(SHA256.HashData([0x00, .. bytes.AsSpan(i, lengths[i])])), leaves[i]);
        }
    }

    private static Digest[] Digests(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => Digest.Of([(byte)i, (byte)(i >> 8), (byte)seed]))];
}

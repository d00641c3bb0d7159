using BenchmarkDotNet.Attributes;
using Evidence.Core;
using Evidence.Core.Hashing;

namespace Evidence.Kernels;

/// <summary>Leaves of lengths that scatter by a quarter about a mean. The mean time is that of one leaf.</summary>
[MemoryDiagnoser]
public class Messages
{
    private const int Count = 512;

    private readonly MessageRange[] _ranges = new MessageRange[Count];
    private readonly Digest[] _digests = new Digest[Count];
    private byte[] _bytes = [];
    private BulkSha256 _way = BulkSha256.Framework;

    [ParamsSource(nameof(Ways))]
    public string Way { get; set; } = "";

    [Params(400, 1024, 65_536)]
    public int Length { get; set; }

    public static IEnumerable<string> Ways => TreeNodes.Ways;

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        var at = 0;
        for (var i = 0; i < Count; i++)
        {
            _ranges[i] = new MessageRange(at, random.Next(Length * 3 / 4, Length * 5 / 4));
            at += _ranges[i].Length;
        }

        _bytes = new byte[at];
        random.NextBytes(_bytes);
        _way = BulkSha256.All.Single(way => way.Name == Way);
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public void Hash() => _way.HashLeaves(_bytes, _ranges, _digests);
}

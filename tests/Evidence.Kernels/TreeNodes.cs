using BenchmarkDotNet.Attributes;
using Evidence.Core;
using Evidence.Core.Hashing;

namespace Evidence.Kernels;

/// <summary>Inner nodes of a Merkle tree: pairs of digests, 65 bytes with the prefix. The mean is that of one node.</summary>
[MemoryDiagnoser]
public class TreeNodes
{
    private const int Count = 4096;

    private readonly Digest[] _children = new Digest[2 * Count];
    private readonly Digest[] _parents = new Digest[Count];
    private BulkSha256 _way = BulkSha256.Framework;

    [ParamsSource(nameof(Ways))]
    public string Way { get; set; } = "";

    public static IEnumerable<string> Ways => BulkSha256.All.Where(way => way.IsSupported).Select(way => way.Name);

    [GlobalSetup]
    public void Choose() => _way = BulkSha256.All.Single(way => way.Name == Way);

    [Benchmark(OperationsPerInvoke = Count)]
    public void Hash() => _way.HashNodes(_children, _parents);
}

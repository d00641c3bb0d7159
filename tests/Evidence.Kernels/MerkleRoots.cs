using BenchmarkDotNet.Attributes;
using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Log;

namespace Evidence.Kernels;

/// <summary>Roots over leaf hashes: of a tile, and of a log.</summary>
[MemoryDiagnoser]
public class MerkleRoots
{
    private Digest[] _leaves = [];
    private BulkSha256 _way = BulkSha256.Framework;

    [ParamsSource(nameof(Ways))]
    public string Way { get; set; } = "";

    [Params(TileId.FullWidth, 1_000_000)]
    public int Leaves { get; set; }

    public static IEnumerable<string> Ways => TreeNodes.Ways;

    [GlobalSetup]
    public void Fill() => (_leaves, _way) = (new Digest[Leaves], BulkSha256.All.Single(way => way.Name == Way));

    [Benchmark]
    public Digest Root() => MerkleTree.Root(_leaves, _way);
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using Evidence.Bench.Measuring;
using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Log;

namespace Evidence.Bench.Goals;

/// <summary>What many nodes at once gain over one call of the framework for each. Both sides take leaf hashes and give the same root, on one thread, without allocating.</summary>
internal sealed class P08MerkleRebuild : IGoal
{
    private const int Leaves = 1_000_000;
    private const int MinRounds = 7;

    private readonly Digest[] _leaves = new Digest[Leaves];
    private readonly Digest[] _nodes = new Digest[Leaves / 2];

    public string Name => "P8";

    public string Title => "Merkle root over 1,000,000 leaves, one thread, against SHA256.HashData node by node";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        Fill();
        if (MerkleTree.Root(_leaves) != RootByFramework()) throw new NotMeasuredException("the two sides give different roots");
        for (var i = 0; i < 5; i++) MerkleTree.Root(_leaves); // until the code is compiled
        var rates = await Interleaving.RunAsync(Math.Max(MinRounds, context.Rounds),
        [
            new Side(BulkSha256.Best.Name, "million/s", (_, _) => Task.FromResult(Rate(context.Time, () => MerkleTree.Root(_leaves)))),
            new Side("SHA256.HashData", "million/s", (_, _) => Task.FromResult(Rate(context.Time, RootByFramework))),
        ], context.Say, ct);
        return new GoalResult(
            [new Figure("", rates[0].RatioTo(rates[1]), Sense.AtLeast, 8, 10)],
            [.. rates.Select(s => s.Absolute("Merkle nodes, one thread"))]);
    }

    private void Fill()
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        for (var i = 0; i < Leaves; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, i);
            _leaves[i] = Digest.Of(number);
        }
    }

    private static double Rate(TimeProvider time, Func<Digest> root)
    {
        var started = time.GetTimestamp();
        root();
        return (Leaves - 1) / time.GetElapsedTime(started).TotalMicroseconds;
    }

    private Digest RootByFramework()
    {
        Span<byte> node = stackalloc byte[1 + (2 * Digest.Size)], hash = stackalloc byte[Digest.Size];
        node[0] = 0x01;
        var level = _leaves;
        for (var count = Leaves; count > 1; count -= count / 2)
        {
            for (var i = 0; i < count / 2; i++)
            {
                level[2 * i].CopyTo(node[1..]);
                level[(2 * i) + 1].CopyTo(node[(1 + Digest.Size)..]);
                SHA256.HashData(node, hash);
                _nodes[i] = new Digest(hash);
            }

            if (count % 2 != 0) _nodes[count / 2] = level[count - 1];
            level = _nodes;
        }

        return level[0];
    }
}

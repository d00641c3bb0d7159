using Evidence.Client;
using Evidence.Tests.Network;

namespace Evidence.Tests.Faults;

/// <summary>Single bytes flipped in the files of a running node.</summary>
[Collection(RealProcesses.Name)]
public sealed class FlippedByteTests
{
    private const int Flips = 60;
    private const int Records = 40;
    private const int Seed = 17;

    [Fact]
    public async Task Reports_and_repairs_every_flipped_byte_in_volumes_tiles_checkpoints_and_proofs_of_a_running_node()
    {
        await using var network = await RunningNetwork.StartAsync();
        using var client = network.Node1.Connect();
        await FillAsync(client);
        var before = await RunningNetwork.SweepAsync(client);
        Assert.True(before is { Outcome: V1.Outcome.Intact, FindingsTotal: 0 }, string.Join('\n', before.Findings));

        var random = new Random(Seed);
        for (var i = 0; i < Flips; i++) await FlipAndSweepAsync(client, Targets(network.Node1.Files.OwnLog), i, random);

        var after = await RunningNetwork.SweepAsync(client);
        Assert.True(after is { Outcome: V1.Outcome.Intact, FindingsTotal: 0 }, string.Join('\n', after.Findings));
        Assert.Empty(await client.ListAlertsAsync(true, CancellationToken.None).ToListAsync());
    }

    private static async Task FillAsync(EvidenceClient client)
    {
        var random = new Random(Seed);
        var last = "";
        for (var i = 0; i < Records; i++)
        {
            var content = new byte[random.Next(1, 5000)];
            random.NextBytes(content);
            last = (await RunningNetwork.ArchiveAsync(client, content)).Record;
        }
        var verdict = await RunningNetwork.WaitForIntactAsync(client, last);
        Assert.True(verdict.Whole == Core.Verification.Outcome.Intact, RunningNetwork.Describe(verdict));
        // Both replicas must hold all of it, so that there is a copy to repair from.
        Assert.True(await RunningNetwork.WaitForAsync(async () =>
            (await client.ListAnchorsAsync("", CancellationToken.None).FirstAsync()).Cosignatures == 2));
    }

    // In turn, so that the small files get their share.
    private static List<string> Targets(string log) =>
    [
        .. Directory.GetFiles(Path.Combine(log, "volumes")),
        .. Directory.GetFiles(Path.Combine(log, "tile"), "*", SearchOption.AllDirectories),
        Path.Combine(log, "checkpoint"),
        .. Directory.GetFiles(Path.Combine(log, "proofs")),
    ];

    private static async Task FlipAndSweepAsync(EvidenceClient client, List<string> targets, int turn, Random random)
    {
        var file = targets[turn % targets.Count];
        var (offset, old) = Flip(file, random);
        var sweep = await RunningNetwork.SweepAsync(client);
        var what = $"{file}, byte {offset}";
        Assert.True(sweep.FindingsTotal > 0, $"not reported: {what}");
        Assert.True(sweep is { Outcome: V1.Outcome.Intact, Repaired: > 0 }, $"not repaired: {what}\n{string.Join('\n', sweep.Findings)}\n{sweep.Error}");
        Assert.Equal(old, await ReadByteAsync(file, offset));
    }

    private static (long Offset, byte Old) Flip(string file, Random random)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Position = random.NextInt64(stream.Length);
        var (offset, old) = (stream.Position, (byte)stream.ReadByte());
        stream.Position = offset;
        stream.WriteByte((byte)(old ^ (1 << random.Next(8))));
        return (offset, old);
    }

    private static async Task<byte> ReadByteAsync(string file, long offset)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = offset;
        var bytes = new byte[1];
        await stream.ReadExactlyAsync(bytes);
        return bytes[0];
    }
}

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
        var faults = new List<string>();
        for (var i = 0; i < Flips; i++)
            if (await FlipAndSweepAsync(client, Targets(network.Node1.Files.OwnLog), i, random) is { } fault) faults.Add(fault);
        Assert.True(faults.Count == 0, string.Join('\n', faults));

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

    // What was not as it should be, or null. The byte is put back then, so that every flip is judged alone.
    private static async Task<string?> FlipAndSweepAsync(EvidenceClient client, List<string> targets, int turn, Random random)
    {
        var file = targets[turn % targets.Count];
        var (offset, old) = Flip(file, random);
        var sweep = await RunningNetwork.SweepAsync(client);
        var reported = sweep.FindingsTotal > 0;
        if (reported && sweep is { Outcome: V1.Outcome.Intact, Repaired: > 0 }) return null;
        if (File.Exists(file)) WriteByte(file, offset, old);
        return $"{(reported ? "not repaired" : "not reported")}: {file}, byte {offset}: {sweep.Stage} {sweep.Outcome} repaired {sweep.Repaired} {sweep.Error}\n{string.Join('\n', sweep.Findings)}";
    }

    private static (long Offset, byte Old) Flip(string file, Random random)
    {
        var bytes = File.ReadAllBytes(file);
        var offset = random.Next(bytes.Length);
        WriteByte(file, offset, (byte)(bytes[offset] ^ (1 << random.Next(8))));
        return (offset, bytes[offset]);
    }

    private static void WriteByte(string file, long offset, byte value)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.Position = offset;
        stream.WriteByte(value);
    }
}

using System.Text.Json.Nodes;
using Evidence.Bench.Corpora;
using Evidence.Bench.Load;
using Evidence.Bench.Measuring;
using Evidence.Bench.Nodes;
using Evidence.Bench.Peers;
using Evidence.Network;
using Evidence.V1;

namespace Evidence.Bench.Goals;

/// <summary>How near the rebuilding of a lost node comes to the slower of what carries its bytes and what keeps them.</summary>
internal sealed class RestoreLostNode : IGoal
{
    private const double Million = 1e6;
    private const int Mirrors = 2;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Name => "RESTORE";

    public string Title => "evidence node restore of corpus A (20,000 records, 1.47 GB) over loopback, every record proven, against the lower of the same bytes as a plain gRPC stream and cp -r and sync of the volumes";

    public async Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct)
    {
        await using var node = await BenchNode.StartAsync(context, "mirroring what is restored", ct, mirrors: Mirrors);
        await FillAsync(context, node, ct);
        var volumes = Path.Combine(node.Mirrors[0].Files.LogFolder(node.Process.Files.Identity.Origin), "volumes");
        var bytes = Directory.GetFiles(volumes).Sum(file => new FileInfo(file).Length);
        var series = await Interleaving.RunAsync(context.Rounds,
        [
            new Side("chunk stream", "MB/s", async (_, token) => bytes / Million / await StreamAsync(context, node, token)),
            new Side("restore from one peer", "MB/s", async (_, token) => bytes / Million / await RestoreAsync(context, node, 1, token)),
            new Side("cp -r and sync", "MB/s", async (_, token) => bytes / Million / await CopyAsync(context, volumes, token)),
            new Side("restore from two peers", "MB/s", async (_, token) => bytes / Million / await RestoreAsync(context, node, Mirrors, token)),
        ], context.Say, ct);
        double[] lower = [.. series[0].Values.Zip(series[2].Values, Math.Min)];
        return new GoalResult(
            [
                new Figure("from one peer", Statistics.MedianRatio(series[1].Values, lower), Sense.AtLeast, 0.7, 0.9),
                new Figure("from two peers", Statistics.MedianRatio(series[3].Values, lower), Sense.AtLeast, 0.7, 0.9),
            ],
            [.. series.Select(s => s.Absolute("volumes of corpus A"))]);
    }

    // The node is gone when all of it is anchored and with both mirrors: else a restore would rightly not call itself intact.
    private static async Task FillAsync(BenchContext context, BenchNode node, CancellationToken ct)
    {
        var corpus = await context.CorpusAsync(CorpusPlan.A, ct);
        await using (var client = node.Connect())
        {
            await FolderIngest.RunAsync(client, corpus, ct);
            var size = (await client.ListLogsAsync(ct)).Single(log => log.Own).Size;
            var started = context.Time.GetTimestamp();
            while (!await client.ListAnchorsAsync("", ct).AnyAsync(anchor => anchor.Size >= size, ct))
            {
                if (context.Time.GetElapsedTime(started) > Patience) throw new NotMeasuredException("the node does not anchor what it holds");
                await Task.Delay(Look, context.Time, ct);
            }

            foreach (var mirror in node.Mirrors)
            {
                await using var at = mirror.Connect();
                await new MirrorWatch(at, node.Process.Files.Identity.Origin, context.Time).UntilAsync(() => size, Patience, ct);
            }
        }

        await node.Process.StopAsync(ct);
    }

    private static async Task<double> RestoreAsync(BenchContext context, BenchNode node, int peers, CancellationToken ct)
    {
        if (Directory.Exists(node.Data))
        {
            var lost = context.FreshPath("lost");
            Directory.Move(node.Data, lost);
            context.Discard(lost);
        }

        await context.SettleAsync(ct);
        string[] command = [new LocalNetworkOptions { Folder = node.Data }.Cli, "node", "restore", "--config", node.Process.Files.Config, "--json", "--from", .. node.Mirrors.Take(peers).Select(mirror => mirror.Name)];
        var output = "";
        var seconds = await context.SecondsAsync(async () => output = await PeerProcess.RunAsync("dotnet", command, ct));
        var outcome = JsonNode.Parse(output)!["outcome"]!.GetValue<string>();
        return outcome == "INTACT" ? seconds : throw new NotMeasuredException($"the restore did not find everything in order: {outcome}");
    }

    // As many streams at once as a restore has, so that both sides may use all cores.
    private static async Task<double> StreamAsync(BenchContext context, BenchNode node, CancellationToken ct)
    {
        context.RemoveDiscarded();
        await context.SettleAsync(ct);
        await using var client = node.Mirrors[0].Connect();
        var origin = node.Process.Files.Identity.Origin;
        return await context.SecondsAsync(async () =>
        {
            var volumes = await client.Replication.ListVolumesAsync(new ListVolumesRequest { Log = origin }, cancellationToken: ct);
            await Parallel.ForEachAsync(volumes.Volumes, new ParallelOptions { MaxDegreeOfParallelism = Mirrors, CancellationToken = ct }, async (volume, token) =>
            {
                using var call = client.Replication.ReadVolume(new ReadVolumeRequest { Log = origin, Volume = volume.Number }, cancellationToken: token);
                long length = 0;
                while (await call.ResponseStream.MoveNext(token)) length += call.ResponseStream.Current.Chunk.Length;
                if (length != volume.Length) throw new NotMeasuredException($"volume {volume.Number} came with {length} of {volume.Length} bytes");
            });
        });
    }

    private static async Task<double> CopyAsync(BenchContext context, string volumes, CancellationToken ct)
    {
        var copy = context.FreshPath("cp");
        await context.SettleAsync(ct);
        context.Discard(copy);
        return await context.SecondsAsync(() => CopyPeer.RunAsync(volumes, copy, ct));
    }
}

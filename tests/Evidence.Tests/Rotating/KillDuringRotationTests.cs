using System.Diagnostics;
using System.Globalization;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Network;
using Evidence.Node.Configuration;
using Evidence.Storage;
using Evidence.Tests.Network;
using Evidence.Tests.Nodes;
using Xunit.Abstractions;

namespace Evidence.Tests.Rotating;

/// <summary>kill -9 of `evidence node rotate-key`, again and again. The environment variable EVIDENCE_KILLS sets how many kills.</summary>
[Collection(RealProcesses.Name)]
public sealed class KillDuringRotationTests(ITestOutputHelper output)
{
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("EVIDENCE_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 10;
    private const int Seed = 20261123;

    [Fact]
    public async Task Loses_no_key_no_rotation_and_no_checkpoint_through_many_kills()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        List<string> records = [await ArchiveAsync(node, 0)];
        await node.StopAsync();
        var (random, known, interrupted) = (new Random(Seed), new LogKeyHistory(VerifierKey.Parse(node.Identity.LogKey)), 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            if (await KillAsync(node, kill, random)) interrupted++;
            known = CheckLeft(node, known);
            await HandedOn.RotateAsync(node); // ends what was begun, or rotates once more
            var ended = CheckLeft(node, known);
            Assert.True(ended.Rotations.Count > known.Rotations.Count || ended.Current.Equals(HandedOn.Current(node).Key), "a rotation was begun and not ended");
            known = ended;
            if (kill % 5 != 4 && kill != Kills - 1) continue;
            await node.StartAsync();
            records.Add(await ArchiveAsync(node, records.Count));
            foreach (var record in records) Assert.Equal(Outcome.Intact, (await node.Client.VerifyRecordAsync(record, CancellationToken.None)).Whole);
            await node.StopAsync();
        }

        output.WriteLine($"{Kills} kills, {interrupted} before the end; {known.Rotations.Count} rotations");
        Assert.True(known.Rotations.Count >= Kills, "each kill is followed by a rotation that goes through");
    }

    /// <summary>Starts a rotation and kills it once it has done one of its steps, or soon after.</summary>
    /// <returns>Whether it had not ended.</returns>
    private static async Task<bool> KillAsync(TestNode node, int kill, Random random)
    {
        string[] steps = [Next(node), HistoryOf(node), LogKeyRotationTests.LogJson(node), HandedOn.Keys(node)];
        var (step, before) = (steps[kill % steps.Length], State(steps[kill % steps.Length]));
        var start = new ProcessStartInfo("dotnet", [new LocalNetworkOptions { Folder = "" }.Cli, "node", "rotate-key", "--config", node.Identity.ConfigFile]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        // Not by a timer: the steps take less than a tick of one.
        await Task.Run(() => SpinWait.SpinUntil(() => process.HasExited || State(step) != before));
        Thread.SpinWait(random.Next(100_000));
        var running = !process.HasExited;
        process.Kill();
        await process.WaitForExitAsync();
        return running;
    }

    /// <summary>Whatever the kill left: every key of the history is there for its owner alone, the two histories are of one line, and the checkpoint is signed by a key that is valid at its size.</summary>
    private static LogKeyHistory CheckLeft(TestNode node, LogKeyHistory before)
    {
        var log = LogIdentity.Parse(File.ReadAllBytes(LogKeyRotationTests.LogJson(node)));
        var history = File.Exists(HistoryOf(node)) ? LogIdentity.Parse(File.ReadAllBytes(HistoryOf(node))) : log;
        Assert.True(history.Extends(log) && log.Extends(before) && history.Rotations.Count <= before.Rotations.Count + 1, "the histories are of one line, and the log's is at most behind");
        var keys = Directory.GetFiles(HandedOn.Keys(node), "log.key*").Where(static file => !file.EndsWith(".new", StringComparison.Ordinal)).Select(file => new LogSigner(node.Identity.Origin, KeyFile.Read(file)).Key).ToList();
        Assert.All(history.Keys, key => Assert.Contains(key, keys));
        Assert.Contains(HandedOn.Current(node).Key, history.Keys);
        var checkpoint = SignedNote.Parse(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(LogKeyRotationTests.LogJson(node))!, "checkpoint")));
        Assert.NotNull(history.SignerOf(checkpoint, Checkpoint.Parse(checkpoint.Text).Size));
        return history;
    }

    private static string Next(TestNode node) => Path.Combine(HandedOn.Keys(node), "log.key.next");

    private static string HistoryOf(TestNode node) => Path.Combine(HandedOn.Keys(node), "log.json");

    private static (DateTime, long) State(string path) => File.Exists(path) ? (File.GetLastWriteTimeUtc(path), new FileInfo(path).Length)
        : Directory.Exists(path) ? (DateTime.MinValue, Directory.GetFiles(path, "*.retired").Length)
        : (DateTime.MinValue, -1);

    private static async Task<string> ArchiveAsync(TestNode node, int number)
    {
        var record = (await Upload.Of([(byte)number, (byte)(number >> 8)]).SendAsync(node)).Record;
        await node.AnchoredAsync(record);
        return record;
    }
}

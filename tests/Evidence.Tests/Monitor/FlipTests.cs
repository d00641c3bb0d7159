using Evidence.Core.Log;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Storage;
using Evidence.Storage.Index;
using Evidence.Storage.LevelDb;
using Evidence.Tests.Nodes;
using Evidence.Tests.Replication;

namespace Evidence.Tests.Monitor;

/// <summary>
/// Any single byte, flipped anywhere in a volume, a live tile, a proof file, log.json or the checkpoint of any log that a node holds, is named by the next sweep
/// and mended to the very bytes that were there.
/// </summary>
public sealed class FlipTests : IAsyncLifetime
{
    private const int Flips = 500, FlipsASweep = 8, IndexFlips = 40;
    private readonly Random _random = new(20_260_101);
    private TestNetwork _network = null!;

    private TestNode Node => _network[0];

    public async Task InitializeAsync()
    {
        _network = await TestNetwork.StartAsync(2, json => json["volumeBytes"] = 65_536);
        await _network.ArchiveAsync(0, 40);
        await _network.ArchiveAsync(1, 12);
        await _network.SettleAsync();
    }

    public async Task DisposeAsync() => await _network.DisposeAsync();

    [Fact]
    public async Task Five_hundred_flipped_bytes_are_each_named_and_mended()
    {
        var files = Node.Logs.All.SelectMany(LiveFiles).ToList();
        var truth = files.ToDictionary(file => file.Path, file => File.ReadAllBytes(file.Path));
        var unnoticed = new List<string>();
        for (var flips = 0; flips < Flips;)
        {
            var known = Node.Alerts.All.Count;
            var flipped = Choose(files).Select(file => (File: file, At: Flip(file))).ToList();
            flips += flipped.Count;
            var sweep = await TestNetwork.SweepAsync(Node);
            var raised = Node.Alerts.All.Skip(known).ToList();
            unnoticed.AddRange(flipped.Where(flip => !raised.Exists(alert => Names(alert, flip.File))).Select(flip => $"{flip.File.Path} byte {flip.At} was not reported"));
            unnoticed.AddRange(truth.Where(file => !File.ReadAllBytes(file.Key).AsSpan().SequenceEqual(file.Value)).Select(file => $"{file.Key} was not mended"));
            unnoticed.AddRange(raised.Where(alert => alert.IsOpen).Select(alert => $"still open: {alert.Cause} {alert.Message}"));
            Assert.True(unnoticed.Count == 0 && sweep.Outcome == V1.Outcome.Intact, $"after {flips} flips, {sweep.Outcome}: {string.Join("; ", unnoticed)}");
        }
    }

    [Fact]
    public async Task A_flipped_byte_of_the_index_that_changes_an_answer_is_named_and_mended()
    {
        var log = Node.Logs.Own;
        var truth = Answers(log);
        var mattered = 0;
        for (var i = 0; i < IndexFlips; i++)
        {
            var file = Pick(Directory.GetFiles(Path.Combine(log.Folder, "index")).Where(path => new FileInfo(path).Length > 0).ToList());
            var at = _random.NextInt64(new FileInfo(file).Length);
            Damage.Flip(file, at, Mask());
            var matters = !truth.SequenceEqual(Answers(log));
            if (matters) mattered++;
            var known = Node.Alerts.All.Count;
            var sweep = await TestNetwork.SweepAsync(Node);
            var reported = Node.Alerts.All.Skip(known).Any(alert => alert.Cause == $"index-damaged:{log.Origin}");
            Assert.True(reported || !matters, $"{file} byte {at} changes an answer and was not reported");
            Assert.True(sweep.Outcome == V1.Outcome.Intact, $"{file} byte {at}: {sweep.Outcome}");
            Assert.Equal(truth, Answers(log));
        }
        Assert.True(mattered > IndexFlips / 8, $"only {mattered} flips changed an answer: the test proves little");
    }

    private static IEnumerable<LiveFile> LiveFiles(LogStore log)
    {
        foreach (var volume in log.Volumes) yield return new LiveFile(log, Path.Combine(log.Folder, "volumes", $"v{volume.Number:D10}.tar"), volume.Number, null);
        foreach (var tile in TileId.All(log.Size)) yield return new LiveFile(log, Path.Combine(log.Folder, tile.Path), 0, tile.Path);
        yield return new LiveFile(log, Path.Combine(log.Folder, "checkpoint"), 0, null);
        yield return new LiveFile(log, Path.Combine(log.Folder, LogIdentity.FileName), 0, null);
        yield return new LiveFile(log, log.Anchors.Path, 0, null);
        yield return new LiveFile(log, log.Cosignatures.Path, 0, null);
    }

    private IEnumerable<LiveFile> Choose(List<LiveFile> files)
    {
        var chosen = new HashSet<LiveFile>();
        while (chosen.Count < FlipsASweep) chosen.Add(Pick(files));
        return chosen;
    }

    private long Flip(LiveFile file)
    {
        var at = _random.NextInt64(new FileInfo(file.Path).Length);
        Damage.Flip(file.Path, at, Mask());
        return at;
    }

    private byte Mask() => (byte)_random.Next(1, 256);

    private T Pick<T>(List<T> from) => from[_random.Next(from.Count)];

    private bool Names(Alert alert, LiveFile file)
    {
        if (alert.Log != file.Log.Origin) return false;
        if (file.Tile is not null) return alert.Cause == $"tiles-damaged:{file.Log.Origin}" && alert.Findings.Any(finding => finding.Subject == file.Tile);
        if (file.Volume == 0)
            return alert.Cause == $"checkpoint-damaged:{file.Log.Origin}" && file.Path.EndsWith("checkpoint", StringComparison.Ordinal)
                || alert.Cause == $"identity-damaged:{file.Log.Origin}" && Path.GetFileName(file.Path) == LogIdentity.FileName
                || alert.Cause == $"proofs-damaged:{file.Log.Origin}:{Path.GetFileName(file.Path)}";
        return alert.Cause == $"volume-damaged:{file.Log.Origin}"
            && Node.Alerts.ReadFindings(alert, 0, int.MaxValue).Findings.Any(finding => finding.Subject.StartsWith($"v{file.Volume:D10}", StringComparison.Ordinal) || finding.Subject.StartsWith($"volume {file.Volume},", StringComparison.Ordinal));
    }

    /// <summary>All entries of the index as its files say them now; a text when they cannot be read.</summary>
    private static List<string> Answers(LogStore log)
    {
        using var copy = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(Path.Combine(log.Folder, "index"))) File.Copy(file, copy.At(Path.GetFileName(file)));
        try
        {
            using var index = Database.Open(copy.Path);
            return [.. index.From([]).SelectMany(entry => Answers(entry.Key, entry.Value)).Order(StringComparer.Ordinal)];
        }
        catch (LevelDbException e)
        {
            return [$"unreadable: {e.Message}"];
        }
    }

    // Which leaves share an entry depends on which came together.
    private static IEnumerable<string> Answers(byte[] key, byte[] value)
    {
        if (key[0] != (byte)'l') return [$"{Convert.ToHexString(key)} {Convert.ToHexString(value)}"];
        var chunk = LeafChunk.Read(key, value);
        return Enumerable.Range(0, chunk.Count).Select(i => chunk.Leaf(chunk.First + (ulong)i).ToString());
    }

    private sealed record LiveFile(LogStore Log, string Path, uint Volume, string? Tile);
}

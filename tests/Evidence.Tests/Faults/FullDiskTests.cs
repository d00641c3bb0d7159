using Evidence.Core;
using Evidence.Node.Monitoring;
using Evidence.Storage;
using Evidence.Tests.Nodes;
using Evidence.Tests.Storage;
using Grpc.Core;
using Outcome = Evidence.V1.Outcome;

namespace Evidence.Tests.Faults;

/// <summary>A disk that is full, for real.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int Megabytes = 160;

    private SmallDisk? _disk;
    private TestNode? _node;

    public Task InitializeAsync()
    {
        _disk = SmallDisk.TryMount(Megabytes);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
        _disk?.Dispose();
    }

    [SmallDiskFact]
    public async Task A_node_refuses_records_goes_on_with_all_else_and_takes_records_again_when_there_is_room()
    {
        await StartAsync();
        var record = (await Upload.Of([1, 2, 3]).SendAsync(_node!)).Record;
        foreach (var left in (long[])[1 << 20, 0])
        {
            _disk!.Fill(left);
            foreach (var size in (int[])[10, 6 << 20]) // one that is kept in memory, one that is staged
            {
                var refused = await Upload.Of(TestLog.Content(size, size)).RefusedAsync(_node!);
                Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
                Assert.Contains("room", refused.Detail, StringComparison.Ordinal);
            }

            await Eventually.TrueAsync(() => _node!.Alerts.FindOpen(RoomWatch.Alert) is not null, "an alert says that the disk is full");
            Assert.Equal([1, 2, 3], await ReadAsync(record));
            Assert.Equal((Outcome.Undetermined, 1), await SweepAsync()); // all but the index, which cannot be read again without room
            _disk.MakeRoom();
            await Eventually.TrueAsync(() => _node!.Alerts.FindOpen(RoomWatch.Alert) is null, "the alert is closed");
            Assert.Equal([4], await ReadAsync((await Upload.Of([4]).SendAsync(_node!)).Record));
        }

        Assert.Equal((Outcome.Intact, 0), await SweepAsync());
        Assert.Empty(Quarantined());
    }

    [SmallDiskFact]
    public async Task A_node_on_a_full_disk_says_so_and_starts_when_there_is_room()
    {
        await StartAsync();
        var record = (await Upload.Of([1, 2, 3]).SendAsync(_node!)).Record;
        await _node!.StopAsync();
        _disk!.Fill(0);
        var error = await Assert.ThrowsAsync<StorageFullException>(_node.StartAsync);
        Assert.Contains("no room", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(_disk.Folder, error.Message, StringComparison.Ordinal);
        Assert.Empty(Quarantined());
        _disk.MakeRoom();
        await _node.StartAsync();
        Assert.Empty(_node.Logs.Own.OpenFindings);
        Assert.Equal([1, 2, 3], await ReadAsync(record));
        Assert.Equal(1UL, (await Upload.Of([4]).SendAsync(_node)).Leaf);
    }

    // Without anything kept free, so that volumes, tiles, checkpoints and LevelDB's own files all meet the end of the disk.
    [SmallDiskFact]
    public async Task A_log_that_fills_the_disk_to_the_last_byte_loses_nothing_and_goes_on()
    {
        var random = new Random(1);
        await using var log = await new TestLog(new LogStoreOptions { ReserveBytes = 0, VolumeBytes = 1 << 20 }, Path.Combine(_disk!.Folder, "log")).OpenAsync();
        var stored = new List<(Digest Content, Appended Appended)>();
        for (var round = 0; round < 4; round++)
        {
            _disk.Fill(3 << 20);
            for (var refused = 0; refused < 20;) refused += await TryAppendAsync(log, stored, random.Next(1, 60_000)) ? 0 : 1;
            foreach (var (content, appended) in stored) Assert.Equal(content, Digest.Of(log.ReadPart(appended.Place, "c0001")));
            Assert.Null(log.Store.AppendRefusal);
            _disk.MakeRoom();
            Assert.True(await TryAppendAsync(log, stored, 100), "nothing is taken although there is room");
        }

        await log.PublishAsync();
        await log.ReopenAsync();
        Assert.Empty(log.Store.OpenFindings);
        Assert.Equal((ulong)stored.Count, log.Store.Size);
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
    }

    private static async Task<bool> TryAppendAsync(TestLog log, List<(Digest Content, Appended Appended)> stored, int size)
    {
        try
        {
            var (seal, appended) = await log.AppendAsync(TestLog.Content(stored.Count, size));
            stored.Add((seal.Parts[0].Sha256, appended));
            return true;
        }
        catch (StorageFullException)
        {
            return false;
        }
    }

    private async Task StartAsync() => _node = await TestNode.StartNewAsync(json => json["data"] = Path.Combine(_disk!.Folder, "data"));

    private string[] Quarantined() => Directory.GetDirectories(Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(_disk!.Folder, "data", "logs"))), "quarantine"));

    private async Task<byte[]> ReadAsync(string record)
    {
        using var copy = new MemoryStream();
        await _node!.Client.ReadContentAsync(record, "c0001", copy, CancellationToken.None);
        return copy.ToArray();
    }

    private async Task<(Outcome, int)> SweepAsync()
    {
        var sweep = await Network.RunningNetwork.SweepAsync(_node!.Client);
        return (sweep.Outcome, (int)sweep.FindingsTotal);
    }
}

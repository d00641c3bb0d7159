using Evidence.Storage;
using Evidence.Tests.Faults;

namespace Evidence.Tests.Storage;

public sealed class ReadingTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(999, 1)]
    [InlineData(0, 1000)]
    [InlineData(0, 0)]
    [InlineData(1000, 0)]
    [InlineData(500, 250)]
    public async Task A_range_within_a_part_is_read(long offset, long length)
    {
        await using var log = await new TestLog().OpenAsync();
        var (_, appended) = await log.AppendAsync(TestLog.Content(1, 1000));
        using var copy = new MemoryStream();
        await log.Store.CopyPartAsync(appended.Place, "c0001", offset, length, copy, CancellationToken.None);
        Assert.Equal(TestLog.Content(1, 1000)[(int)offset..(int)(offset + length)], copy.ToArray());
    }

    [Theory]
    [InlineData(0, 1001)]
    [InlineData(1000, 1)]
    [InlineData(1001, 0)]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(1, long.MaxValue)]
    public async Task A_range_beyond_a_part_or_a_volume_is_refused_and_its_size_is_said(long offset, long length)
    {
        await using var log = await new TestLog().OpenAsync();
        var (_, appended) = await log.AppendAsync(TestLog.Content(1, 1000));
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => log.Store.CopyPartAsync(appended.Place, "c0001", offset, length, Stream.Null, CancellationToken.None));
        Assert.Contains("1000 bytes", error.Message, StringComparison.Ordinal);
        var end = log.Store.Volumes[0].DurableLength;
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Store.ReadVolume(1, offset < 0 ? offset : offset + end, Math.Max(length, 1)));
    }

    [Fact]
    public async Task Readers_wait_for_no_sync()
    {
        var disk = new SimulatedDisk(0);
        await using var log = await new TestLog(new LogStoreOptions { Medium = disk }).OpenAsync();
        var (seal, appended) = await log.AppendAsync(TestLog.Content(1, 1000));
        await log.PublishAsync();
        var hold = disk.HoldSync = new SimulatedDisk.Hold();
        var held = log.AppendAsync(TestLog.Content(2, 1000));
        await hold.Reached;
        Assert.Equal(TestLog.Content(1, 1000), log.ReadPart(appended.Place, "c0001"));
        Assert.Equal(appended.Place, log.Store.Find(seal.Record));
        Assert.Equal(seal.Record, log.Store.FindLeaf(0)?.Record);
        Assert.Equal([seal.Record], log.Store.FindContent(seal.Parts[0].Sha256));
        Assert.Equal(log.Store.Root, log.Store.RootAt(1));
        Assert.Equal((1ul, log.Store.Volumes[0].DurableLength), (log.Store.Size, (long)(appended.Place.Offset + appended.Place.Length)));
        await using (var volume = log.Store.ReadVolume(1, 0, 0)) Assert.Equal(volume.Length, await LengthAsync(volume));
        Assert.False(held.IsCompleted);
        hold.LetGo();
        await held;
    }

    [Fact]
    public async Task Many_readers_read_what_was_acknowledged_while_volumes_grow_and_are_closed()
    {
        const int Records = 150;
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = 20_000, BufferBytes = 8_000 }).OpenAsync();
        var stored = new System.Collections.Concurrent.ConcurrentBag<(int Seed, int Size, Place Place)>();
        using var end = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadUntilAsync(end.Token))).ToList();
        for (var i = 0; i < Records; i++)
        {
            var size = i % 20 == 7 ? 12_000 : i * 17 % 3000; // some become a volume of their own
            stored.Add((i, size, (await log.AppendAsync(TestLog.Content(i, size))).Appended.Place));
        }

        await end.CancelAsync();
        Assert.All(await Task.WhenAll(readers), read => Assert.True(read > 0, "a reader read nothing"));
        Assert.True(log.Store.Volumes.Count > 10, "hardly any volume was closed");

        async Task<int> ReadUntilAsync(CancellationToken ct)
        {
            var count = 0;
            while (!ct.IsCancellationRequested || count == 0)
            {
                foreach (var (seed, size, place) in stored)
                {
                    using var copy = new MemoryStream();
                    await log.Store.CopyPartAsync(place, "c0001", 0, size, copy, CancellationToken.None);
                    Assert.Equal(TestLog.Content(seed, size), copy.ToArray());
                    count++;
                }
            }

            return count;
        }
    }

    [Fact]
    public async Task A_log_is_opened_once_at_a_time()
    {
        await using var log = await new TestLog().OpenAsync();
        await using var second = new TestLog(folder: log.Folder);
        var error = await Assert.ThrowsAsync<StorageException>(() => second.OpenAsync());
        Assert.Contains("open elsewhere", error.Message, StringComparison.Ordinal);
        await log.AppendManyAsync(1); // the first goes on undisturbed
    }

    private static async Task<long> LengthAsync(Stream stream)
    {
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.Length;
    }

    [Fact]
    public async Task Takes_the_bytes_of_an_append_under_way_for_no_stray_ones()
    {
        var disk = new SimulatedDisk(0);
        await using var log = await new TestLog(new LogStoreOptions { Medium = disk }).OpenAsync();
        await log.AppendAsync(TestLog.Content(1, 3_000));
        var hold = disk.HoldSync = new SimulatedDisk.Hold();
        var appending = log.AppendAsync(TestLog.Content(2, 3_000));
        await hold.Reached;
        var isLonger = new FileInfo(log.VolumePath()).Length > log.Store.Volumes[0].DurableLength;
        var looking = log.Store.FindStrayTailAsync(1, CancellationToken.None);
        var hasWaited = !looking.IsCompleted;
        disk.HoldSync = null;
        hold.LetGo();
        await appending;
        Assert.Equal((true, true, null), (isLonger, hasWaited, await looking));
        var end = log.Store.Volumes[0].DurableLength;
        await File.AppendAllTextAsync(log.VolumePath(), "stray");
        Assert.Equal((end, 5), await log.Store.FindStrayTailAsync(1, CancellationToken.None));
    }
}

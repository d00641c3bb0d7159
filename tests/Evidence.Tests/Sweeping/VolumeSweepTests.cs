using Evidence.Core.Log;
using Evidence.Storage;
using Evidence.Storage.Durable;
using Evidence.Storage.Sweeping;
using Evidence.Tests.Nodes;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Sweeping;

public sealed class VolumeSweepTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_no_volume_in_order_that_has_a_flipped_byte(bool closed)
    {
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = closed ? 7000 : 1 << 20 }).OpenAsync();
        await log.AppendManyAsync(2, 60);
        if (closed) await log.AppendManyAsync(1, 1000); // has no room in the first volume
        var volume = log.Store.Volumes[0];
        Assert.Equal(closed, volume.Closed);
        Assert.NotNull(await SweepAsync(log, volume));
        for (var at = 0; at < volume.DurableLength; at++)
        {
            var mask = (byte)(1 << (at % 8));
            TestLog.Flip(log.VolumePath(), at, mask);
            // Another seal may be a seal as well; it is not the log's.
            var swept = await SweepAsync(log, volume);
            Assert.True(swept is null || swept.Records.SelectMany(r => r).Any(r => r.LeafHash != log.Store.LeafHash(r.Leaf)), $"byte {at} was not noticed");
            TestLog.Flip(log.VolumePath(), at, mask);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Finds_the_records_that_a_walk_finds_across_the_borders_of_reads(bool closed)
    {
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = closed ? 9 << 20 : 1 << 30 }).OpenAsync();
        for (var i = 0; i < 90; i++) await log.AppendAsync(TestLog.Content(i, i % 30 == 7 ? 3_000_000 : 1 + (i * 977)), TestLog.Content(-i, i));
        var volume = log.Store.Volumes[0];
        Assert.Equal(closed, volume.Closed);
        var spent = 0L;
        var plan = new SweepPlan(SweepSeed.New(log.Store.Size), (bytes, _) =>
        {
            spent += bytes;
            return ValueTask.CompletedTask;
        });
        var swept = await log.Store.SweepVolumeAsync(volume, plan, CancellationToken.None);
        using var source = log.Store.OpenVolume(volume.Number, fromMedium: false);
        var walked = (await TestLog.ListAsync(VolumeWalker.WalkAsync(source, log.Store.WalkOf(volume.Number), CancellationToken.None))).Where(i => i.Record is not null).ToList();
        Assert.True(walked[^1].Offset > 3 * Chunk.ReadSize);
        Assert.Equal(walked.Select(i => new OrderedRecord(i.Record!.Place.Leaf, MerkleTree.LeafHash(i.Record.SealBytes), i.Offset, i.Length)), swept!.Records.SelectMany(r => r));
        var entries = new WalkedEntries(plan);
        foreach (var item in walked) entries.Add(item.Record!);
        Assert.Equal(entries.Sum, swept.Entries);
        Assert.Equal(volume.DurableLength, spent);
    }

    [Fact]
    public async Task Leaves_a_record_that_is_too_long_for_memory_to_the_walk()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendAsync(TestLog.Content(1, 12 << 20));
        Assert.Null(await SweepAsync(log, log.Store.Volumes[0]));
    }

    [Fact]
    public async Task Begins_no_other_read_before_the_first_is_done()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("volume"), new byte[Chunk.ReadSize / 2]); // so that the first read fails
        using var file = new MediumReader(folder.At("volume"), fromMedium: true);
        var begun = 0;
        var plan = new SweepPlan(SweepSeed.New(1), (_, _) =>
        {
            Interlocked.Increment(ref begun);
            return ValueTask.CompletedTask;
        });
        var line = new ChunkLine(file, 8L * Chunk.ReadSize, [], plan);
        var reads = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var chunk = new Chunk();
            return line.TryRead(chunk, CancellationToken.None);
        })).ToList();
        await Assert.ThrowsAsync<EndOfStreamException>(() => Task.WhenAll(reads));
        Assert.Equal((1, 1), (begun, reads.Count(read => read.IsFaulted)));
        Assert.All(reads.Where(read => !read.IsFaulted), read => Assert.False(read.Result));
    }

    [Fact]
    public async Task Ends_when_it_is_given_up_while_it_waits_for_its_turn_to_read()
    {
        await using var log = await new TestLog().OpenAsync();
        for (var i = 0; i < 20; i++) await log.AppendAsync(TestLog.Content(i, 400_000));
        using var stop = new CancellationTokenSource();
        var plan = new SweepPlan(SweepSeed.New(log.Store.Size), async (_, ct) =>
        {
            stop.CancelAfter(TimeSpan.FromMilliseconds(50));
            await Task.Delay(Timeout.InfiniteTimeSpan, ct); // as outside of the hours
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.Store.SweepVolumeAsync(log.Store.Volumes[0], plan, stop.Token));
    }

    [Fact]
    public async Task Does_not_call_in_order_what_ends_too_early_or_goes_on()
    {
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = 7000 }).OpenAsync();
        await log.AppendManyAsync(4, 60);
        var (closed, open) = (log.Store.Volumes[0], log.Store.Volumes[^1]);
        Assert.True(closed.Closed && !open.Closed);
        await File.AppendAllTextAsync(log.VolumePath(closed.Number), "x");
        Assert.Null(await SweepAsync(log, closed));
        foreach (var volume in new[] { closed, open })
        {
            await using (var file = new FileStream(log.VolumePath(volume.Number), FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(volume.DurableLength - 512);
            Assert.Null(await SweepAsync(log, volume));
        }
        File.Delete(log.VolumePath(closed.Number));
        await Assert.ThrowsAsync<FileNotFoundException>(() => SweepAsync(log, closed));
    }

    private static Task<OrderedVolume?> SweepAsync(TestLog log, VolumeState volume) =>
        log.Store.SweepVolumeAsync(volume, new SweepPlan(SweepSeed.New(log.Store.Size), (_, _) => ValueTask.CompletedTask), CancellationToken.None);
}

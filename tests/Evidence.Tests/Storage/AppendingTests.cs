using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage;
using Evidence.Storage.Appending;

namespace Evidence.Tests.Storage;

public sealed class AppendingTests
{
    [Fact]
    public async Task Records_on_their_way_hold_no_more_bytes_than_they_may_and_enter_in_their_order()
    {
        await using var log = new TestLog();
        var records = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => PendingAsync(log, 3_000)));
        var queue = new AppendQueue(100, 2 * records[0].Held);
        Assert.True(queue.EnterAsync(records[0]).IsCompleted);
        Assert.True(queue.EnterAsync(records[1]).IsCompleted);
        var third = queue.EnterAsync(records[2]).AsTask();
        var fourth = queue.EnterAsync(records[3]).AsTask();
        Assert.False(third.IsCompleted);
        Assert.Equal(records[0], queue.Take());
        Assert.False(third.IsCompleted); // it is taken, and in memory still
        queue.Leave([records[0]]);
        await third;
        Assert.False(fourth.IsCompleted);
        queue.Leave([records[1]]);
        await fourth;
        Assert.Equal([records[1], records[2], records[3]], new[] { queue.Take(), queue.Take(), queue.Take() });
    }

    [Fact]
    public async Task A_record_larger_than_the_limit_enters_alone_and_one_that_is_cancelled_outside_is_passed_over()
    {
        await using var log = new TestLog();
        using var cancellation = new CancellationTokenSource();
        var (large, given, small) = (await PendingAsync(log, 9_000), await PendingAsync(log, 100, cancellation.Token), await PendingAsync(log, 100));
        var queue = new AppendQueue(100, 5_000);
        Assert.True(queue.EnterAsync(large).IsCompleted);
        var (second, third) = (queue.EnterAsync(given).AsTask(), queue.EnterAsync(small).AsTask());
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        queue.Take();
        queue.Leave([large]);
        await third;
        Assert.Equal(small, queue.Take());
        queue.End();
        Assert.False(queue.Wait());
        await Assert.ThrowsAsync<StorageException>(async () => await queue.EnterAsync(given));
    }

    [Fact]
    public async Task Uploads_that_find_no_memory_left_go_to_the_staging_folder_and_give_theirs_back()
    {
        await using var log = await new TestLog(new LogStoreOptions { UploadBytes = 10_000 }).OpenAsync();
        var bytes = TestLog.Content(1, 6_000);
        await using (var first = log.Appender.Begin(RecordId.New(TimeProvider.System)))
        {
            await TestLog.StageAsync(first, bytes);
            await using var second = log.Appender.Begin(RecordId.New(TimeProvider.System));
            var seal = await TestLog.StageAsync(second, bytes);
            Assert.Equal((false, true), (first.IsOnDisk, second.IsOnDisk));
            var appended = await log.Appender.AppendAsync(second, seal, CancellationToken.None);
            Assert.Equal(bytes, log.ReadPart(appended.Place, "c0001"));
        }

        await using var third = log.Appender.Begin(RecordId.New(TimeProvider.System));
        await TestLog.StageAsync(third, bytes);
        Assert.False(third.IsOnDisk);
    }

    [Fact]
    public async Task Many_writers_within_a_small_budget_lose_nothing()
    {
        await using var log = await new TestLog(new LogStoreOptions { QueueBytes = 20_000, QueueCapacity = 7, VolumeBytes = 200_000 }).OpenAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(() => log.AppendAsync(TestLog.Content(i, 2_000)))));
        Assert.Equal(Enumerable.Range(0, 400).Select(i => (ulong)i), all.Select(a => a.Appended.Leaf).Order());
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_volume_is_closed_with_the_same_bytes_whether_its_manifest_was_gathered_or_not(bool gathered)
    {
        var pieces = 0;
        var medium = new FaultyMedium { FailIf = (what, path) => what == "write" && path.EndsWith(VolumeManifest.Extension, StringComparison.Ordinal) && ++pieces > 0 && !gathered };
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = 8_000_000, Medium = medium }).OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 5_000).Select(i => PartlyFilledAsync(log, i)));
        await log.Appender.VolumesClosed;
        Assert.True(log.Store.Volumes[0].Closed && pieces > 0);
        foreach (var volume in log.Store.Volumes)
        {
            using var source = log.Store.OpenVolume(volume.Number, fromMedium: false);
            var items = await TestLog.ListAsync(VolumeWalker.WalkAsync(source, log.Store.WalkOf(volume.Number), CancellationToken.None));
            Assert.All(items, i => Assert.Empty(i.Findings)); // the closing members among them, byte for byte
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(log.Folder, "staging"), "*v0000000001*")); // it has served
    }

    [Fact]
    public async Task A_full_volume_that_a_crash_kept_open_is_closed_when_the_log_is_written_to_again()
    {
        var medium = new FaultyMedium { Kind = FaultKind.Full };
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = 12_000, Medium = medium }).OpenAsync();
        await log.AppendManyAsync(3, 700);
        var opened = 0;
        medium.FailIf = (what, path) => what == "write" && path == log.VolumePath(1) && ++opened > 0; // only its closing is written from now on, or refused
        await log.AppendManyAsync(1, 9_000);
        Assert.True(opened > 0);
        Assert.Equal([(1u, false), (2u, false)], log.Store.Volumes.Select(v => (v.Number, v.Closed)));
        Assert.Null(log.Store.AppendRefusal);
        medium.FailIf = null;
        await log.ReopenAsync();
        await log.Appender.VolumesClosed;
        Assert.Equal([(1u, true), (2u, false)], log.Store.Volumes.Select(v => (v.Number, v.Closed)));
        await log.AppendManyAsync(1);
        Assert.NotEqual(1u, log.Store.FindLeaf(4)!.Value.Place.Volume);
    }

    [Fact]
    public async Task A_tile_whose_sync_failed_is_written_again_before_it_counts()
    {
        var medium = new FaultyMedium();
        await using var log = await new TestLog(new LogStoreOptions { Medium = medium }).OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => log.AppendAsync(TestLog.Content(i, 10))));
        var (written, failed) = (new List<string>(), 0);
        medium.FailIf = (what, path) =>
        {
            if (what == "write") written.Add(path);
            return what == "sync" && path.EndsWith("tile/0/000", StringComparison.Ordinal) && failed++ == 0;
        };
        await Assert.ThrowsAsync<IOException>(log.PublishAsync);
        Assert.Null(log.Store.Checkpoint);
        written.Clear();
        await log.PublishAsync();
        Assert.Contains(written, p => p.EndsWith("tile/0/000", StringComparison.Ordinal));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task A_number_from_an_earlier_run_is_known()
    {
        await using var log = await new TestLog().OpenAsync();
        var (seal, _) = await log.AppendAsync([1]);
        await log.AppendManyAsync(3);
        await log.ReopenAsync();
        await using var again = log.Appender.Begin(seal.Record);
        var sealAgain = await TestLog.StageAsync(again, [2]);
        await Assert.ThrowsAsync<DuplicateRecordException>(() => log.Appender.AppendAsync(again, sealAgain, CancellationToken.None));
    }

    [Theory]
    [InlineData(false, 100)]
    [InlineData(false, 9_000)] // staged
    [InlineData(true, 100)]
    public async Task A_record_that_was_not_stored_leaves_its_room_and_its_number_to_others(bool full, int size)
    {
        var medium = new FaultyMedium { Kind = FaultKind.Full };
        await using var log = await new TestLog(new LogStoreOptions { QueueCapacity = 1, BufferBytes = 8_000, Medium = medium }).OpenAsync();
        var known = (await log.AppendAsync([1])).Seal.Record;
        var id = full ? RecordId.New(TimeProvider.System) : known;
        medium.FailIf = (what, path) => full && what == "write" && path.EndsWith(".tar", StringComparison.Ordinal);
        for (var i = 0; i < 2; i++) await Assert.ThrowsAnyAsync<StorageException>(() => InTimeAsync(log, id, size));
        medium.FailIf = null;
        for (ulong leaf = 1; leaf < 3; leaf++) Assert.Equal(leaf, (await InTimeAsync(log, full && leaf == 1 ? id : RecordId.New(TimeProvider.System), size)).Leaf);
    }

    [Fact]
    public async Task A_record_that_nobody_waits_for_any_more_is_not_stored_and_leaves_its_room()
    {
        await using var log = await new TestLog(new LogStoreOptions { QueueCapacity = 1 }).OpenAsync();
        using var cancellation = new CancellationTokenSource();
        await log.Store.Gate.WaitAsync();
        await using var given = log.Appender.Begin(RecordId.New(TimeProvider.System));
        var append = log.Appender.AppendAsync(given, await TestLog.StageAsync(given, [1]), cancellation.Token);
        await cancellation.CancelAsync();
        log.Store.Gate.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => append);
        Assert.Equal(0ul, (await InTimeAsync(log, RecordId.New(TimeProvider.System), 100)).Leaf);
    }

    [Fact]
    public async Task The_writer_goes_on_behind_what_came_from_elsewhere_and_knows_its_numbers()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(2);
        var end = (int)log.Store.Volumes[0].DurableLength;
        await using var copy = new TestLog();
        Directory.CreateDirectory(Path.GetDirectoryName(copy.VolumePath())!);
        await File.WriteAllBytesAsync(copy.VolumePath(), (await ReadAsync(log.VolumePath()))[..end]);
        await copy.OpenAsync();
        var (seal, _) = await copy.AppendAsync([3]);
        using var more = new MemoryStream((await ReadAsync(copy.VolumePath()))[..(int)copy.Store.Volumes[0].DurableLength]);
        await log.Store.RestoreVolumeAsync(1, more, leaf => copy.Store.LeafHash(leaf), "{}", CancellationToken.None);
        await Assert.ThrowsAsync<DuplicateRecordException>(() => InTimeAsync(log, seal.Record, 100));
        await log.AppendManyAsync(1);
        Assert.Equal(seal.Encode(), (await log.Store.ReadRecordAsync(seal.Record, CancellationToken.None))!.SealBytes);
        Assert.Equal(4ul, log.Store.Size);
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
    }

    // Not an assertion on time: where the room of a record is not given back, the next one waits for ever.
    private static async Task<Appended> InTimeAsync(TestLog log, RecordId id, int size)
    {
        await using var staged = log.Appender.Begin(id);
        var seal = await TestLog.StageAsync(staged, TestLog.Content(size, size));
        return await log.Appender.AppendAsync(staged, seal, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task<byte[]> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static async Task<Seal> PartlyFilledAsync(TestLog log, int seed)
    {
        await using var staged = log.Appender.Begin(RecordId.New(TimeProvider.System));
        var seal = await TestLog.StageAsync(staged, TestLog.Content(seed, 300));
        await log.Appender.AppendAsync(staged, seal, CancellationToken.None);
        return seal;
    }

    private static async Task<PendingAppend> PendingAsync(TestLog log, int size, CancellationToken ct = default)
    {
        var staged = new StagedRecord(RecordId.New(TimeProvider.System), log.Options, log.Folder);
        var seal = await TestLog.StageAsync(staged, TestLog.Content(size, size));
        return new PendingAppend(staged, seal, seal.Encode(), ct);
    }
}

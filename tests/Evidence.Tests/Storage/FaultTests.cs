using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage;

namespace Evidence.Tests.Storage;

public sealed class FaultTests
{
    [Theory]
    [InlineData(FaultKind.Failed)]
    [InlineData(FaultKind.FailedButPersisted)]
    [InlineData(FaultKind.Short)]
    [InlineData(FaultKind.Full)]
    public async Task Whatever_step_fails_no_acknowledged_record_is_lost_and_opening_mends_the_rest(FaultKind kind)
    {
        var counting = new FaultyMedium();
        await RunAsync(counting);
        Assert.True(counting.Steps > 60, $"only {counting.Steps} steps");
        for (var step = 0; step < counting.Steps; step++)
        {
            await using var log = new TestLog();
            var acknowledged = await RunAsync(new FaultyMedium { FailAt = step, Kind = kind }, log);
            log.Options = Options(null);
            await log.OpenAsync();
            try
            {
                await AssertWholeAsync(log, acknowledged);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"after a fault in step {step} of {counting.Steps}", e);
            }
        }
    }

    [Fact]
    public async Task A_full_disk_refuses_a_record_and_harms_nothing_and_takes_the_next_when_there_is_room()
    {
        var medium = new FaultyMedium { Kind = FaultKind.Full };
        await using var log = await new TestLog(Options(medium)).OpenAsync();
        await log.AppendManyAsync(2);
        var length = new FileInfo(log.VolumePath()).Length;
        medium.FailIf = (what, _) => what == "write";
        for (var i = 0; i < 3; i++) await Assert.ThrowsAsync<StorageFullException>(() => log.AppendManyAsync(1));
        await Assert.ThrowsAsync<StorageFullException>(() => log.AppendManyAsync(1, 20_000)); // staged
        Assert.Equal((length, 2ul), (new FileInfo(log.VolumePath()).Length, log.Store.Size));
        Assert.Null(log.Store.AppendRefusal);
        medium.FailIf = null;
        await log.AppendManyAsync(2);
        Assert.Equal(4ul, log.Store.Size);
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task After_a_failed_sync_nothing_is_appended_until_the_log_is_opened_again()
    {
        var medium = new FaultyMedium();
        await using var log = await new TestLog(Options(medium)).OpenAsync();
        await log.AppendManyAsync(1);
        medium.FailIf = (what, path) => what == "sync" && path.EndsWith(".tar", StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageFailedException>(() => log.AppendManyAsync(1));
        medium.FailIf = null;
        await Assert.ThrowsAsync<StorageFailedException>(() => log.AppendManyAsync(1));
        Assert.NotNull(log.Store.AppendRefusal);
        Assert.Equal(1ul, log.Store.Size);
        await log.ReopenAsync();
        await log.AppendManyAsync(1);
        Assert.InRange(log.Store.Size, 2ul, 3ul); // the record whose sync failed may have lasted
    }

    [Fact]
    public async Task Taking_back_what_had_no_room_waits_for_the_sync_before_and_does_not_hide_its_failure()
    {
        var medium = new FaultyMedium { Kind = FaultKind.Full };
        await using var log = await new TestLog(Options(medium) with { BatchRecords = 1, VolumeBytes = 1 << 20 }).OpenAsync();
        await log.AppendManyAsync(1);
        using var syncing = new ManualResetEventSlim();
        using var full = new ManualResetEventSlim();
        using var cutBack = new ManualResetEventSlim();
        var (early, writes, limit) = (false, 0, TimeSpan.FromSeconds(20));
        medium.FailIf = (what, path) =>
        {
            if (!path.EndsWith(".tar", StringComparison.Ordinal)) return false;
            if (what == "truncate") cutBack.Set();
            if (what == "write" && ++writes > 1 && syncing.Wait(limit)) full.Set();
            if (what != "sync" || syncing.IsSet) return what == "write" && writes > 1;
            syncing.Set();
            full.Wait(limit);
            early = cutBack.Wait(TimeSpan.FromMilliseconds(100)); // one that does not wait comes at once
            return true;
        };
        var staged = Enumerable.Range(0, 3).Select(_ => log.Appender.Begin(RecordId.New(TimeProvider.System))).ToArray();
        var seals = new List<Seal>();
        foreach (var record in staged) seals.Add(await TestLog.StageAsync(record, TestLog.Content(1, 100)));
        await log.Store.Gate.WaitAsync(); // so that several records wait when the writer goes on
        var appends = staged.Zip(seals, (record, seal) => log.Appender.AppendAsync(record, seal, CancellationToken.None)).ToArray();
        log.Store.Gate.Release();
        foreach (var append in appends) await Assert.ThrowsAnyAsync<StorageException>(() => append.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.False(early);
        Assert.True(full.IsSet);
        Assert.NotNull(log.Store.AppendRefusal);
        Assert.Equal(1ul, log.Store.Size);
    }

    [Fact]
    public async Task A_volume_that_was_removed_since_the_log_was_opened_is_not_begun_anew_behind_a_hole()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(2);
        await log.ReopenAsync();
        File.Delete(log.VolumePath());
        await Assert.ThrowsAnyAsync<StorageException>(() => log.AppendManyAsync(1));
        Assert.False(File.Exists(log.VolumePath()));
    }

    [Fact]
    public async Task Tiles_that_cannot_be_written_hold_up_no_record_and_are_written_when_published()
    {
        var medium = new FaultyMedium { FailIf = (what, path) => what == "write" && path.Contains("tile", StringComparison.Ordinal) };
        await using var log = await new TestLog(Options(medium)).OpenAsync();
        await log.AppendManyAsync(257);
        Assert.Equal(log.Store.LeafHash(3), log.Store.LeafHashOrNull(3));
        await Assert.ThrowsAsync<IOException>(log.PublishAsync);
        Assert.Null(log.Store.Checkpoint);
        medium.FailIf = null;
        await log.PublishAsync();
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task A_volume_that_is_removed_under_the_writer_is_noticed()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(1);
        File.Delete(log.VolumePath());
        await Assert.ThrowsAsync<StorageFailedException>(() => log.AppendManyAsync(1));
    }

    private static LogStoreOptions Options(FaultyMedium? medium) =>
        medium is null ? new() { VolumeBytes = 10_000, BufferBytes = 8_000 } : new() { VolumeBytes = 10_000, BufferBytes = 8_000, Medium = medium };

    private static async Task<Dictionary<Seal, Appended>> RunAsync(FaultyMedium medium)
    {
        await using var log = new TestLog();
        return await RunAsync(medium, log);
    }

    private static async Task<Dictionary<Seal, Appended>> RunAsync(FaultyMedium medium, TestLog log)
    {
        log.Options = Options(medium);
        var acknowledged = new Dictionary<Seal, Appended>();
        try
        {
            await log.OpenAsync();
            for (var i = 0; i < 7; i++)
            {
                await TryAsync(async () =>
                {
                    var (seal, appended) = await log.AppendAsync(TestLog.Content(i, i == 3 ? 20_000 : 300));
                    acknowledged.Add(seal, appended);
                });
                if (i is 2 or 5) await TryAsync(log.PublishAsync);
            }
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            // the log could not even be opened
        }

        await TryAsync(log.CloseAsync);
        return acknowledged;
    }

    private static async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            // the fault, or a refusal after it
        }
    }

    private static async Task AssertWholeAsync(TestLog log, Dictionary<Seal, Appended> acknowledged)
    {
        Assert.Null(log.Store.AppendRefusal);
        foreach (var (seal, appended) in acknowledged)
        {
            Assert.Equal(appended.Place, log.Store.Find(seal.Record));
            Assert.Equal(seal.Parts[0].Sha256, Digest.Of(log.ReadPart(appended.Place, "c0001")));
        }

        await log.AppendManyAsync(1);
        await log.PublishAsync();
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
        foreach (var volume in log.Store.Volumes)
        {
            using var source = log.Store.OpenVolume(volume.Number, fromMedium: false);
            Assert.All(await TestLog.ListAsync(VolumeWalker.WalkAsync(source, log.Store.WalkOf(volume.Number), CancellationToken.None)), i => Assert.Empty(i.Findings));
        }
    }
}

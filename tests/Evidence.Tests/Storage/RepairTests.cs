using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Tests.Storage;

public sealed class RepairTests
{
    [Fact]
    public async Task Proven_bytes_take_the_place_of_damaged_ones_which_go_into_quarantine()
    {
        await using var log = await FilledAsync();
        var good = await File.ReadAllBytesAsync(log.VolumePath());
        var place = log.Store.FindLeaf(5)!.Value.Place;
        TestLog.Flip(log.VolumePath(), (long)place.Offset + 600);
        var damage = Assert.Single(await WalkAsync(log, 1), i => !i.IsIntact);
        Assert.Equal(place, damage.Record!.Place);

        await log.Store.RewriteAsync(1, damage.Offset, good.AsMemory((int)damage.Offset, (int)damage.Length), "{\"code\":\"E101\"}", CancellationToken.None);
        Assert.All(await WalkAsync(log, 1), i => Assert.True(i.IsIntact));
        var kept = Assert.Single(Directory.GetDirectories(Path.Combine(log.Folder, "quarantine")));
        Assert.Equal("{\"code\":\"E101\"}", await File.ReadAllTextAsync(Path.Combine(kept, "finding.json")));
        var damaged = await File.ReadAllBytesAsync(Path.Combine(kept, "bytes"));
        Assert.Equal(good[(int)damage.Offset + 600] ^ 1, damaged[600]);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => log.Store.RewriteAsync(1, good.Length - 1, new byte[2], "{}", CancellationToken.None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_volume_that_is_missing_or_cut_is_restored_whole_and_appending_goes_on(bool missing)
    {
        await using var log = await FilledAsync();
        var (number, root) = (log.Store.Volumes[^1].Number, log.Store.Root);
        var good = await File.ReadAllBytesAsync(log.VolumePath(number));
        await log.CloseAsync();
        if (missing) File.Delete(log.VolumePath(number));
        else await File.WriteAllBytesAsync(log.VolumePath(number), good[..^1024]);
        await log.OpenAsync();
        Assert.Contains(log.Store.OpenFindings, f => f.Code == FindingCodes.VolumeMissing);
        Assert.NotNull(log.Store.AppendRefusal);

        var wrong = (byte[])good.Clone();
        wrong[700] ^= 1;
        await Assert.ThrowsAsync<UnprovenBytesException>(() => log.Store.RestoreVolumeAsync(number, new MemoryStream(wrong), _ => null, "{}", CancellationToken.None));
        await Assert.ThrowsAsync<UnprovenBytesException>(() => log.Store.RestoreVolumeAsync(number, new MemoryStream(good[..^1024]), _ => null, "{}", CancellationToken.None));
        await log.Store.RestoreVolumeAsync(number, new MemoryStream(good), _ => null, "{}", CancellationToken.None);
        Assert.Null(log.Store.AppendRefusal);
        Assert.Equal(good, await File.ReadAllBytesAsync(log.VolumePath(number)));
        await log.AppendManyAsync(1);
        Assert.Equal(root, log.Store.RootAt(log.Store.Size - 1));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task A_volume_and_its_index_entries_come_back_together()
    {
        await using var log = await FilledAsync();
        var good = await File.ReadAllBytesAsync(log.VolumePath());
        var root = log.Store.Root;
        await log.CloseAsync();
        Directory.Delete(Path.Combine(log.Folder, "index"), recursive: true);
        File.Delete(log.VolumePath());
        await log.OpenAsync();
        Assert.Null(log.Store.FindLeaf(0));
        await log.Store.RestoreVolumeAsync(1, new MemoryStream(good), _ => null, "{}", CancellationToken.None);
        Assert.NotNull(log.Store.FindLeaf(0));
        Assert.Equal(root, log.Store.Root);
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task The_index_is_made_anew_while_the_log_is_open()
    {
        await using var log = await FilledAsync();
        foreach (var file in Directory.GetFiles(Path.Combine(log.Folder, "index"), "MANIFEST*")) TestLog.Flip(file, 20);
        Assert.Throws<Evidence.Storage.LevelDb.LevelDbException>(() => log.Store.ReopenIndex());
        Assert.Throws<Evidence.Storage.LevelDb.LevelDbException>(() => log.Store.FindLeaf(0));
        Assert.Contains(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)), f => f.Code == FindingCodes.IndexUnreadable);
        await log.Store.RebuildIndexAsync(CancellationToken.None);
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
        await log.AppendManyAsync(3);
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Tiles_and_checkpoint_are_made_anew_while_the_log_is_open()
    {
        await using var log = await new TestLog().OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => log.AppendAsync(TestLog.Content(i, 10))));
        await log.PublishAsync();
        await log.AppendManyAsync(3);
        var root = log.Store.Root;
        TestLog.Flip(Path.Combine(log.Folder, "tile", "0", "000"), 99);
        File.Delete(Path.Combine(log.Folder, "tile", "entries", "000"));
        File.Delete(Path.Combine(log.Folder, "checkpoint"));
        await log.Store.RebuildTilesAsync(CancellationToken.None);
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
        Assert.Equal((303ul, root), (log.Store.Size, log.Store.Root));
        await log.AppendManyAsync(1);
        await log.PublishAsync();
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Tiles_are_not_made_from_damaged_seals()
    {
        await using var log = await FilledAsync();
        var tile = Directory.GetFiles(Path.Combine(log.Folder, "tile", "entries"), "*", SearchOption.AllDirectories).Single();
        var before = await File.ReadAllBytesAsync(tile);
        var place = log.Store.FindLeaf(2)!.Value.Place;
        TestLog.Flip(log.VolumePath(place.Volume), (long)(place.Offset + place.Length) - 400);
        await Assert.ThrowsAsync<StorageException>(() => log.Store.RebuildTilesAsync(CancellationToken.None));
        Assert.Equal(before, await File.ReadAllBytesAsync(tile));
        Assert.Equal(20ul, log.Store.Size);
    }

    [Fact]
    public async Task Parts_are_found_where_the_seal_in_the_volume_is_damaged()
    {
        await using var log = await FilledAsync();
        var (record, _, place) = log.Store.FindLeaf(2)!.Value;
        TestLog.Flip(log.VolumePath(place.Volume), (long)(place.Offset + place.Length) - 400, 0xff);
        var read = await log.Store.ReadRecordAsync(record, CancellationToken.None);
        Assert.Null(read!.Seal);
        Assert.NotEmpty(read.Findings);
        Assert.NotEmpty(read.SealBytes);
        Assert.Equal(TestLog.Content(2, 300), log.ReadPart(place, "c0001"));
    }

    private static async Task<TestLog> FilledAsync()
    {
        var log = await new TestLog(new LogStoreOptions { VolumeBytes = 30_000 }).OpenAsync();
        await log.AppendManyAsync(20, 300);
        await log.PublishAsync();
        return log;
    }

    private static async Task<List<WalkedItem>> WalkAsync(TestLog log, uint volume)
    {
        using var source = log.Store.OpenVolume(volume, fromMedium: true);
        return await TestLog.ListAsync(VolumeWalker.WalkAsync(source, log.Store.WalkOf(volume), CancellationToken.None));
    }
}

using Evidence.Storage;

namespace Evidence.Tests.Storage;

public sealed class CatchUpTests
{
    [Fact]
    public async Task A_log_that_lost_all_but_its_checkpoint_signs_nothing_on_another_history_of_the_same_size()
    {
        await using var log = await FilledAsync();
        await using var other = await FilledAsync();
        await log.PublishAsync();
        await log.CloseAsync();
        foreach (var folder in (string[])["volumes", "tile", "index"]) Directory.Delete(Path.Combine(log.Folder, folder), recursive: true);
        await log.OpenAsync();

        await new MirrorWriter(log.Store).AppendAsync(1, 0, File.ReadAllBytes(other.VolumePath()), closed: false, CancellationToken.None);

        Assert.NotNull(log.Store.AppendRefusal);
        await Assert.ThrowsAsync<LogBehindException>(log.PublishAsync);
        await Assert.ThrowsAsync<LogBehindException>(() => log.AppendManyAsync(1));
    }

    [Fact]
    public async Task A_log_that_lost_all_but_its_checkpoint_goes_on_from_its_own_history()
    {
        await using var log = await FilledAsync();
        await log.PublishAsync();
        var (bytes, root) = (await File.ReadAllBytesAsync(log.VolumePath()), log.Store.Root);
        await log.CloseAsync();
        foreach (var folder in (string[])["volumes", "tile", "index"]) Directory.Delete(Path.Combine(log.Folder, folder), recursive: true);
        await log.OpenAsync();
        Assert.NotNull(log.Store.AppendRefusal);

        await new MirrorWriter(log.Store).AppendAsync(1, 0, bytes, closed: false, CancellationToken.None);
        Assert.Null(log.Store.AppendRefusal);
        await log.AppendManyAsync(1);
        Assert.Equal(root, log.Store.RootAt(3));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task A_volume_is_not_taken_with_leaves_that_nothing_vouches_for()
    {
        await using var log = await new TestLog().OpenAsync();
        await using var other = await FilledAsync();
        var bytes = await File.ReadAllBytesAsync(other.VolumePath());
        await Assert.ThrowsAsync<UnprovenBytesException>(() => log.Store.RestoreVolumeAsync(1, new MemoryStream(bytes), _ => null, "{}", CancellationToken.None));
        await Assert.ThrowsAsync<UnprovenBytesException>(() => log.Store.RestoreVolumeAsync(1, new MemoryStream(bytes), leaf => other.Store.LeafHash(leaf / 2), "{}", CancellationToken.None));
        Assert.Equal((0UL, 0), (log.Store.Size, log.Store.Volumes.Count));
        Assert.False(File.Exists(log.VolumePath()));
        await log.Store.RestoreVolumeAsync(1, new MemoryStream(bytes), other.Store.LeafHashOrNull, "{}", CancellationToken.None);
        Assert.Equal(other.Store.Root, log.Store.Root);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_record_that_was_not_published_yet_comes_back_when_the_index_knows_it(bool keepsIndex)
    {
        await using var log = await FilledAsync();
        var (bytes, root) = (await File.ReadAllBytesAsync(log.VolumePath()), log.Store.Root);
        await log.CloseAsync();
        File.Delete(log.VolumePath());
        if (!keepsIndex) Directory.Delete(Path.Combine(log.Folder, "index"), recursive: true);
        await log.OpenAsync();
        Task RestoreAsync() => log.Store.RestoreVolumeAsync(1, new MemoryStream(bytes), _ => null, "{}", CancellationToken.None);
        if (!keepsIndex) await Assert.ThrowsAsync<UnprovenBytesException>(RestoreAsync);
        else await RestoreAsync();
        Assert.Equal(keepsIndex, log.Store.Root == root);
    }

    private static async Task<TestLog> FilledAsync()
    {
        var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(3);
        return log;
    }
}

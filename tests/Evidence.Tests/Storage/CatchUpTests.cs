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

    private static async Task<TestLog> FilledAsync()
    {
        var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(3);
        return log;
    }
}

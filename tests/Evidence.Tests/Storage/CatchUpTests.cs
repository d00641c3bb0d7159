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

        Assert.Equal(other.Store.Size, log.Store.Size);
        Assert.NotNull(log.Store.AppendRefusal);
        await Assert.ThrowsAsync<LogBehindException>(log.PublishAsync);
        await Assert.ThrowsAsync<LogBehindException>(() => log.AppendManyAsync(1));
    }

    private static async Task<TestLog> FilledAsync()
    {
        var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(3);
        return log;
    }
}

using Evidence.Core;
using Evidence.Storage;
using Evidence.Storage.Index;
using Evidence.Storage.LevelDb;
using Evidence.Storage.Sweeping;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Sweeping;

public sealed class IndexSweepTests
{
    [Fact]
    public async Task Agrees_with_the_volumes_while_the_log_grows()
    {
        await using var log = await FilledAsync();
        var (plan, sum) = await SweepAsync(log);
        await log.AppendManyAsync(70, 50);
        Assert.True(await log.Store.IndexAgreesAsync(plan, sum, CancellationToken.None));
        (plan, sum) = await SweepAsync(log);
        Assert.True(await log.Store.IndexAgreesAsync(plan, sum, CancellationToken.None));
    }

    [Fact]
    public async Task Agrees_with_no_index_that_lacks_changed_or_added_an_entry()
    {
        await using var log = await FilledAsync();
        var leaf = log.Store.FindLeaf(3)!.Value;
        var content = (await log.Store.ReadRecordAsync(leaf.Record, CancellationToken.None))!.Seal!.Parts[0].Sha256;
        byte[][] keys = [IndexFormat.RecordKey(leaf.Record), IndexFormat.DigestKey(IndexFormat.Seal, leaf.SealSha256, 3), IndexFormat.DigestKey(IndexFormat.Content, content, 3), IndexFormat.VolumeKey(1)];
        foreach (var key in keys)
        {
            Assert.False(await AgreesAfterAsync(log, b => b.Delete(key)));
            Assert.False(await AgreesAfterAsync(log, b => b.Put(key, new byte[40])));
            Assert.False(await AgreesAfterAsync(log, b => b.Put(key, IndexFormat.NumberValue(4))));
        }

        (byte[], byte[])[] strangers =
        [
            (IndexFormat.RecordKey(RecordId.New(TimeProvider.System)), IndexFormat.NumberValue(3)),
            (IndexFormat.LeafKey(999), new byte[LeafChunk.EntrySize]),
            (IndexFormat.LeafKey(2), new byte[LeafChunk.EntrySize]),
            (IndexFormat.DigestKey(IndexFormat.Seal, Digest.Of([9]), 3), []),
            (IndexFormat.DigestKey(IndexFormat.Content, Digest.Of([9]), 999), []),
            (IndexFormat.VolumeKey(9), IndexFormat.VolumeValue(new VolumeState(9, 5, false))),
            ([0xff], [1]),
            ([], [1]),
        ];
        foreach (var (key, value) in strangers) Assert.False(await AgreesAfterAsync(log, b => b.Put(key, value)));
    }

    private static async Task<bool> AgreesAfterAsync(TestLog log, Action<WriteBatch> damage)
    {
        var (plan, sum) = await SweepAsync(log);
        Assert.True(await log.Store.IndexAgreesAsync(plan, sum, CancellationToken.None));
        log.Store.Index.Reopen(() =>
        {
            using var db = Database.Open(Path.Combine(log.Folder, "index"));
            using var batch = new WriteBatch();
            damage(batch);
            db.Write(batch);
        });
        var agrees = await log.Store.IndexAgreesAsync(plan, sum, CancellationToken.None);
        await log.Store.RebuildIndexAsync(CancellationToken.None);
        return agrees;
    }

    private static async Task<(SweepPlan Plan, EntryPrint Sum)> SweepAsync(TestLog log)
    {
        var plan = new SweepPlan(SweepSeed.New(log.Store.Size), (_, _) => ValueTask.CompletedTask);
        var sum = EntryPrint.None;
        foreach (var volume in log.Store.Volumes) sum += (await log.Store.SweepVolumeAsync(volume, plan, CancellationToken.None))!.Entries;
        return (plan, sum);
    }

    private static async Task<TestLog> FilledAsync()
    {
        var log = await new TestLog(new LogStoreOptions { VolumeBytes = 40_000 }).OpenAsync();
        await log.AppendManyAsync(12, 50);
        await log.AppendAsync(TestLog.Content(1, 30), TestLog.Content(1, 30)); // the same content twice
        return log;
    }
}

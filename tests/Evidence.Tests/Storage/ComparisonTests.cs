using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.Index;
using Evidence.Storage.LevelDb;

namespace Evidence.Tests.Storage;

public sealed class ComparisonTests
{
    [Fact]
    public async Task Finds_every_kind_of_index_entry_that_is_missing_changed_or_unexpected()
    {
        await using var log = await FilledAsync();
        var leaf = log.Store.FindLeaf(3)!.Value;
        var content = (await log.Store.ReadRecordAsync(leaf.Record, CancellationToken.None))!.Seal!.Parts[0].Sha256;
        byte[][] keys = [IndexFormat.RecordKey(leaf.Record), IndexFormat.DigestKey(IndexFormat.Seal, leaf.SealSha256, 3), IndexFormat.DigestKey(IndexFormat.Content, content, 3), IndexFormat.VolumeKey(1)];
        foreach (var key in keys)
        {
            AssertOne(FindingCodes.IndexMissing, await FindingsAfterAsync(log, b => b.Delete(key)));
            AssertOne(FindingCodes.IndexChanged, await FindingsAfterAsync(log, b => b.Put(key, new byte[40])));
        }

        (byte[], byte[])[] strangers =
        [
            (IndexFormat.RecordKey(RecordId.New(TimeProvider.System)), IndexFormat.NumberValue(3)),
            (IndexFormat.LeafKey(999), new byte[LeafChunk.EntrySize]),
            (IndexFormat.DigestKey(IndexFormat.Seal, Digest.Of([9]), 3), []),
            (IndexFormat.DigestKey(IndexFormat.Seal, leaf.SealSha256, 4), []),
            (IndexFormat.DigestKey(IndexFormat.Content, Digest.Of([9]), 3), []),
            (IndexFormat.VolumeKey(9), IndexFormat.VolumeValue(new VolumeState(9, 5, false))),
            ([0xff], [1]),
        ];
        foreach (var (key, value) in strangers)
            AssertOne(FindingCodes.IndexUnexpected, await FindingsAfterAsync(log, b => b.Put(key, value)));
    }

    [Fact]
    public async Task Finds_leaves_that_the_index_lost_changed_or_holds_twice()
    {
        await using var log = await FilledAsync();
        var chunk = log.Store.Index.ChunkFrom(100)!.Value;
        var key = IndexFormat.LeafKey(chunk.Last);
        var bytes = chunk.Bytes.ToArray();
        var missing = await FindingsAfterAsync(log, b => b.Delete(key));
        Assert.All(missing, f => Assert.Equal(FindingCodes.IndexMissing, f.Code));
        Assert.Equal(chunk.Count, missing.Count);
        var changed = bytes.ToArray();
        changed[^1] ^= 1;
        AssertOne(FindingCodes.IndexChanged, await FindingsAfterAsync(log, b => b.Put(key, changed)));
        AssertOne(FindingCodes.IndexUnreadable, (await FindingsAfterAsync(log, b => b.Put(key, new byte[40])))[..1]);
        var twice = await FindingsAfterAsync(log, b => b.Put(IndexFormat.LeafKey(chunk.Last + 1), [.. bytes, .. bytes[..LeafChunk.EntrySize]]));
        Assert.Contains(twice, f => f.Code is FindingCodes.IndexUnexpected or FindingCodes.IndexChanged);
    }

    [Fact]
    public async Task An_index_of_another_format_is_made_anew()
    {
        await using var log = await FilledAsync();
        var root = log.Store.Root;
        await log.CloseAsync();
        using (var db = Database.Open(Path.Combine(log.Folder, "index")))
        using (var batch = new WriteBatch())
        {
            batch.Put([IndexFormat.Format], "evidence.index/1"u8);
            batch.Delete(IndexFormat.VolumeKey(1));
            db.Write(batch);
        }

        await log.OpenAsync();
        Assert.Empty(log.Store.OpenFindings);
        Assert.Equal(root, log.Store.Root);
        Assert.True(AnswersAll(log));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task A_flip_in_a_table_of_the_index_is_found_unless_it_changes_nothing()
    {
        await using var log = await FilledAsync();
        await log.ReopenAsync();
        await log.ReopenAsync(); // what was in LevelDB's log is in tables now
        var random = new Random(5);
        var found = 0;
        foreach (var path in Directory.GetFiles(Path.Combine(log.Folder, "index"), "*.ldb"))
        {
            var length = (int)new FileInfo(path).Length;
            for (var i = 0; i < 100; i++)
            {
                var at = random.Next(length);
                TestLog.Flip(path, at, 0x10);
                if (await IsFoundAsync(log)) found++;
                else Assert.True(AnswersAll(log), $"{Path.GetFileName(path)} byte {at}");
                TestLog.Flip(path, at, 0x10);
                log.Store.ReopenIndex();
            }
        }

        Assert.True(found > 80, $"only {found} flips were found");
    }

    [Fact]
    public async Task A_flip_in_the_log_of_the_index_is_mended_from_the_volumes()
    {
        await using var log = await FilledAsync();
        await log.CloseAsync();
        var path = Directory.GetFiles(Path.Combine(log.Folder, "index"), "*.log").Single();
        var (bytes, folder) = (await File.ReadAllBytesAsync(path), Path.GetDirectoryName(path)!);
        var others = Directory.GetFiles(folder).ToDictionary(p => p, File.ReadAllBytes);
        for (var at = 3; at < bytes.Length; at += bytes.Length / 23)
        {
            Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
            foreach (var (other, content) in others) await File.WriteAllBytesAsync(other, content);
            TestLog.Flip(path, at, 0x10);
            await log.OpenAsync(appender: false);
            Assert.True(AnswersAll(log), $"byte {at}");
            Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
            await log.CloseAsync();
        }
    }

    [Fact]
    public async Task Finds_every_flipped_byte_of_every_live_tile_and_of_the_checkpoint()
    {
        await using var log = await FilledAsync();
        var files = Directory.GetFiles(Path.Combine(log.Folder, "tile"), "*", SearchOption.AllDirectories).Append(Path.Combine(log.Folder, "checkpoint")).ToArray();
        Assert.Equal(6, files.Length); // full and partial of level 0 and entries, level 1, checkpoint
        foreach (var path in files)
        {
            var length = new FileInfo(path).Length;
            for (long at = 0; at < length; at += Math.Max(1, length / 60))
            {
                TestLog.Flip(path, at);
                var finding = Assert.Single((await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None))).Take(1));
                Assert.EndsWith(finding.Subject, path, StringComparison.Ordinal);
                Assert.Equal(FindingCodes.TileChanged, finding.Code);
                TestLog.Flip(path, at);
            }
        }

        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Tells_missing_and_unexpected_tiles()
    {
        await using var log = await FilledAsync();
        File.Delete(Path.Combine(log.Folder, "tile", "0", "000"));
        File.WriteAllText(Path.Combine(log.Folder, "tile", "0", "007"), "x");
        File.Delete(Path.Combine(log.Folder, "checkpoint"));
        var findings = await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None));
        Assert.Contains(findings, f => f is { Code: FindingCodes.TileMissing, Subject: "tile/0/000" });
        Assert.Contains(findings, f => f is { Code: FindingCodes.TileMissing, Subject: "checkpoint" });
        Assert.Contains(findings, f => f is { Code: FindingCodes.TileUnexpected, Subject: "tile/0/007" });
    }

    [Fact]
    public async Task A_changed_tile_gives_no_leaf_hash_to_compare_with()
    {
        await using var log = await FilledAsync();
        TestLog.Flip(Path.Combine(log.Folder, "tile", "0", "000"), 32 * 7);
        Assert.Null(log.Store.LeafHashOrNull(7));
        Assert.NotNull(log.Store.LeafHashOrNull(260));
    }

    private static async Task<TestLog> FilledAsync()
    {
        var log = await new TestLog().OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 270).Select(i => log.AppendAsync(TestLog.Content(i, 50))));
        await log.PublishAsync();
        return log;
    }

    private static void AssertOne(string code, List<Finding> findings) => Assert.True(findings is [var only] && only.Code == code, $"{code} was expected, not {string.Join("; ", findings)}");

    private static async Task<List<Finding>> FindingsAfterAsync(TestLog log, Action<WriteBatch> change)
    {
        var folder = Path.Combine(log.Folder, "index");
        var copy = folder + ".copy";
        Directory.CreateDirectory(copy);
        await log.CloseAsync();
        foreach (var file in Directory.GetFiles(folder)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        await log.OpenAsync(appender: false);
        log.Store.Index.Reopen(() =>
        {
            using var db = Database.Open(folder);
            using var batch = new WriteBatch();
            change(batch);
            db.Write(batch);
        });
        var findings = await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None));
        await log.CloseAsync();
        Directory.Delete(folder, recursive: true);
        Directory.Move(copy, folder);
        await log.OpenAsync(appender: false);
        return findings;
    }

    private static async Task<bool> IsFoundAsync(TestLog log)
    {
        try
        {
            log.Store.ReopenIndex();
            return (await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None))).Count > 0;
        }
        catch (LevelDbException)
        {
            return true;
        }
    }

    private static bool AnswersAll(TestLog log) =>
        Enumerable.Range(0, 270).All(i => log.Store.FindLeaf((ulong)i) is { } leaf && log.Store.Find(leaf.Record) == leaf.Place && log.Store.FindSeal(leaf.SealSha256) == (ulong)i);
}

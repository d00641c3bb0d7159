using Evidence.Core.Hashing;
using Evidence.Core.Log;
using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.Durable;
using Evidence.Storage.Reindexing;
using Evidence.Tests.Hashing;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Reindexing;

public sealed class LogReindexTests
{
    private const int Records = 700; // two full tiles and a partial one

    [Theory]
    [InlineData("index")]
    [InlineData("tile")]
    [InlineData("index", "tile")]
    [InlineData("index", "tile", "quarantine")]
    public async Task Makes_anew_what_is_missing(params string[] missing)
    {
        await using var log = await ClosedAsync();
        foreach (var folder in missing) Directory.Delete(Path.Combine(log.Folder, folder), recursive: true);
        await ReindexAsync(log);
        await AssertSoundAsync(log);
    }

    [Fact]
    public async Task Makes_everything_anew_when_the_checkpoint_is_missing_as_well()
    {
        await using var log = await ClosedAsync();
        foreach (var folder in (string[])["index", "tile"]) Directory.Delete(Path.Combine(log.Folder, folder), recursive: true);
        File.Delete(Path.Combine(log.Folder, "checkpoint"));
        using (var rebuilt = await BuildAsync(log))
        {
            Assert.True(rebuilt.IsWhole);
            Assert.Null(rebuilt.Checkpoint);
            Assert.Contains(rebuilt.Findings, f => f is { Code: FindingCodes.TileMissing, Severity: Severity.Warning });
            Assert.Throws<InvalidOperationException>(() => rebuilt.Install(null)); // nothing has confirmed the root yet
            rebuilt.Confirm(CancellationToken.None);
            rebuilt.Install(null);
        }

        await log.OpenAsync();
        Assert.Equal(Records, (int)log.Store.Size);
        Assert.Null(log.Store.AppendRefusal);
        await log.PublishAsync();
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Replaces_a_stale_index_and_keeps_it_aside()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(50);
        await log.CloseAsync();
        Copy(Path.Combine(log.Folder, "index"), log.Folder + "-stale");
        await log.OpenAsync();
        await log.AppendManyAsync(Records - 50);
        await log.PublishAsync();
        await log.CloseAsync();
        Directory.Delete(Path.Combine(log.Folder, "index"), recursive: true);
        Directory.Move(log.Folder + "-stale", Path.Combine(log.Folder, "index"));

        await ReindexAsync(log);
        await AssertSoundAsync(log);
        Assert.Contains(Directory.EnumerateDirectories(Path.Combine(log.Folder, "quarantine")), path => path.EndsWith("-index", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Replaces_an_index_whose_files_were_cut_and_tiles_that_were_changed()
    {
        await using var log = await ClosedAsync();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(log.Folder, "index"))) await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path)).SkipLast(1).ToArray());
        TestLog.Flip(Path.Combine(log.Folder, "tile", "0", "001"), 77);
        File.Delete(Path.Combine(log.Folder, "tile", "entries", "000"));
        await ReindexAsync(log);
        await AssertSoundAsync(log);
    }

    [Fact]
    public async Task Puts_the_leaves_of_volumes_that_overlap_in_order()
    {
        await using var log = await new TestLog(new LogStoreOptions { BufferBytes = 4096, VolumeBytes = 40_000 }).OpenAsync();
        for (var i = 0; i < 40; i++) await log.AppendAsync(TestLog.Content(i, i % 9 == 4 ? 9000 : 300)); // the large ones are volumes of their own
        await log.PublishAsync();
        var (root, volumes) = (log.Store.Root, log.Store.Volumes);
        await log.CloseAsync();
        Directory.Delete(Path.Combine(log.Folder, "index"), recursive: true);

        using (var rebuilt = await BuildAsync(log))
        {
            Assert.Equal((root, 40UL, volumes.Count), (rebuilt.Root, rebuilt.Size, rebuilt.Volumes));
            rebuilt.Install(null);
        }

        await log.OpenAsync();
        Assert.Equal(volumes, log.Store.Volumes);
        Assert.Empty(log.Store.OpenFindings);
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Names_a_flipped_byte_and_changes_nothing()
    {
        await using var log = await ClosedAsync();
        var before = Files(log);
        TestLog.Flip(log.VolumePath(), 560);
        using (var rebuilt = await BuildAsync(log))
        {
            Assert.False(rebuilt.IsWhole);
            Assert.Contains(rebuilt.Findings, f => f.Code == FindingCodes.PartChanged && f.Subject.Contains("/c0001", StringComparison.Ordinal));
            Assert.Contains(rebuilt.Findings, f => f.Code == FindingCodes.SealMissing && f.Subject == "leaf 0");
            Assert.Throws<InvalidOperationException>(() => rebuilt.Install(null));
        }

        Assert.Equal(before, Files(log));
    }

    [Fact]
    public async Task Names_the_first_leaf_that_is_missing_with_a_volume()
    {
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = 40_000 }).OpenAsync();
        await log.AppendManyAsync(60);
        await log.PublishAsync();
        var first = (await TestLog.ListAsync(VolumeWalker.WalkAsync(log.Store.OpenVolume(2, false), log.Store.WalkOf(2), CancellationToken.None)))[0].Record!.Place.Leaf;
        await log.CloseAsync();
        File.Delete(log.VolumePath(2));
        using var rebuilt = await BuildAsync(log);
        Assert.Contains(rebuilt.Findings, f => f.Code == FindingCodes.SealMissing && f.Subject == $"leaf {first}");
        Assert.Equal(first, rebuilt.Size);
        Assert.False(rebuilt.IsWhole);
    }

    [Fact]
    public async Task Refuses_volumes_that_give_another_root_than_the_checkpoint()
    {
        await using var log = await ClosedAsync();
        await using var other = await ClosedAsync();
        File.Copy(other.VolumePath(), log.VolumePath(), overwrite: true);
        using var rebuilt = await BuildAsync(log);
        Assert.Contains(rebuilt.Findings, f => f is { Code: FindingCodes.LeafChanged, Subject: "checkpoint" });
        Assert.False(rebuilt.IsWhole);
    }

    [Theory]
    [InlineData("leaves", 70)]
    [InlineData("leaves", Records - 1)]
    [InlineData("nodes", 0)]
    public async Task Refuses_a_tree_that_was_hashed_wrongly_where_nothing_was_signed(string where, int at)
    {
        await using var log = await ClosedAsync();
        File.Delete(Path.Combine(log.Folder, "checkpoint"));
        var before = Files(log);
        using (var rebuilt = await BuildAsync(log, new WrongSha256(where, at)))
        {
            Assert.True(rebuilt.IsWhole); // as far as the wrong hashes can say
            var failure = Assert.Throws<HashesDifferException>(() => rebuilt.Confirm(CancellationToken.None));
            Assert.Contains("Nothing of this log was changed. Have its processor", failure.Message, StringComparison.Ordinal); // an earlier log of the node may have been
            Assert.Throws<InvalidOperationException>(() => rebuilt.Install(null));
        }

        Assert.Equal(before, Files(log));
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            using var rebuilt = await BuildAsync(log);
            rebuilt.Confirm(new CancellationToken(canceled: true));
        });
    }

    [Fact]
    public async Task Refuses_a_tree_that_was_hashed_wrongly_behind_the_checkpoint()
    {
        await using var log = await ClosedAsync();
        await log.OpenAsync();
        await log.AppendManyAsync(100);
        await log.CloseAsync(); // sealed, not published: the third tile is full
        using var rebuilt = await BuildAsync(log, new WrongSha256("leaves", Records + 50));
        Assert.Equal(Records, (int)rebuilt.Checkpoint!.Size);
        Assert.True(rebuilt.IsWhole);
        Assert.Throws<HashesDifferException>(() => rebuilt.Confirm(CancellationToken.None));
    }

    [Fact]
    public async Task Does_not_call_the_volumes_wrong_because_of_a_tree_that_was_hashed_wrongly()
    {
        await using var log = await ClosedAsync();
        var before = Files(log);
        await Assert.ThrowsAsync<HashesDifferException>(() => BuildAsync(log, new WrongSha256("leaves", 70)));
        Assert.Equal(before, Files(log));
    }

    [Fact]
    public async Task Takes_the_torn_end_of_an_append_for_what_it_is_and_leaves_it_to_opening()
    {
        await using var log = await ClosedAsync();
        await using (var volume = new FileStream(log.VolumePath(), FileMode.Append)) await volume.WriteAsync(new byte[700]);
        using (var rebuilt = await BuildAsync(log))
        {
            Assert.Single(rebuilt.Findings, f => f.Severity == Severity.Warning && f.Subject.StartsWith("v0000000001", StringComparison.Ordinal));
            rebuilt.Install(null);
        }

        await AssertSoundAsync(log);
    }

    [Theory]
    [InlineData("tile.aside", false)]
    [InlineData("index.aside", true)]
    [InlineData("tile", true)]
    [InlineData("index", true)]
    public async Task Keeps_what_a_crash_has_left_of_folders_that_changed_places(string name, bool wasInstalling)
    {
        await using var log = await ClosedAsync();
        var left = Directory.CreateDirectory(Path.Combine(log.Folder, "reindex", name)).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, "old"), "what the log had");
        if (wasInstalling) await File.WriteAllTextAsync(Path.Combine(log.Folder, "reindex", "installing"), "");
        await ReindexAsync(log);
        await AssertSoundAsync(log);
        var kept = Assert.Single(Directory.GetFiles(Path.Combine(log.Folder, "quarantine"), "old", SearchOption.AllDirectories));
        Assert.Equal("what the log had", await File.ReadAllTextAsync(kept));
        Assert.Contains("did not come to its end", await File.ReadAllTextAsync(Path.Combine(kept, "..", "..", "finding.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_what_the_log_had_where_the_disk_is_full_when_it_goes_into_quarantine()
    {
        await using var log = await ClosedAsync();
        string[] old = ["index", "tile"];
        foreach (var folder in old) Directory.CreateDirectory(Path.Combine(log.Folder, folder, "old-" + folder));
        var medium = new StoppingMedium(file: "finding.json");
        using (var rebuilt = await LogReindex.BuildAsync(log.Folder, new Core.Notes.LogKeyHistory(TestLog.Signer.Key), BulkSha256.Best, medium, TimeProvider.System, new Told(_ => { }), CancellationToken.None))
            Assert.Throws<StorageFullException>(() => rebuilt.Install(null));
        Assert.All(old, folder => Assert.Single(Directory.GetDirectories(log.Folder, "old-" + folder, SearchOption.AllDirectories)));
        await ReindexAsync(log);
        await AssertSoundAsync(log);
        Assert.All(old, folder => Assert.Single(Directory.GetDirectories(Path.Combine(log.Folder, "quarantine"), "old-" + folder, SearchOption.AllDirectories)));
    }

    [Theory]
    [InlineData(ReindexStage.Volumes)]
    [InlineData(ReindexStage.Tree)]
    public async Task Can_be_ended_at_any_time_and_begun_again(ReindexStage stage)
    {
        await using var log = await ClosedAsync();
        var before = Files(log);
        using var stop = new CancellationTokenSource();
        var progress = new Told(p =>
        {
            if (p.Stage == stage) stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var rebuilt = await LogReindex.BuildAsync(log.Folder, new Core.Notes.LogKeyHistory(TestLog.Signer.Key), TimeProvider.System, progress, stop.Token);
            stop.Token.ThrowIfCancellationRequested();
        });
        Assert.Equal(before, Files(log));
        await ReindexAsync(log);
        await AssertSoundAsync(log);
    }

    [Fact]
    public async Task Begins_anew_over_what_a_crash_left_of_an_earlier_one()
    {
        await using var log = await ClosedAsync();
        Directory.CreateDirectory(Path.Combine(log.Folder, "reindex", "index"));
        await File.WriteAllTextAsync(Path.Combine(log.Folder, "reindex", "index", "CURRENT"), "nonsense");
        Directory.Delete(Path.Combine(log.Folder, "index"), recursive: true);
        await ReindexAsync(log);
        await AssertSoundAsync(log);
        Assert.False(Directory.Exists(Path.Combine(log.Folder, "reindex")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_crash_while_it_is_put_in_place_leaves_a_log_that_opens(int exchange)
    {
        await using var log = await ClosedAsync();
        Directory.Delete(Path.Combine(log.Folder, "index"), recursive: true);
        Directory.CreateDirectory(Path.Combine(log.Folder, "tile", "old-tile"));
        var medium = new StoppingMedium(exchange);
        using (var rebuilt = await LogReindex.BuildAsync(log.Folder, new Core.Notes.LogKeyHistory(TestLog.Signer.Key), BulkSha256.Best, medium, TimeProvider.System, new Told(_ => { }), CancellationToken.None))
            Assert.Throws<IOException>(() => rebuilt.Install(null));
        await log.OpenAsync();
        Assert.Equal(Records, (int)log.Store.Size);
        Assert.Null(log.Store.AppendRefusal);
        await log.CloseAsync();
        await ReindexAsync(log);
        await AssertSoundAsync(log);
        Assert.Single(Directory.GetDirectories(Path.Combine(log.Folder, "quarantine"), "old-tile", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Says_how_far_it_is_up_to_the_end_of_each_stage()
    {
        await using var log = await ClosedAsync();
        var told = new List<ReindexProgress>();
        using var rebuilt = await LogReindex.BuildAsync(log.Folder, new Core.Notes.LogKeyHistory(TestLog.Signer.Key), TimeProvider.System, new Told(told.Add), CancellationToken.None);
        var length = new FileInfo(log.VolumePath()).Length;
        Assert.Contains(new ReindexProgress(TestLog.Origin, ReindexStage.Volumes, length, length), told);
        Assert.Equal(new ReindexProgress(TestLog.Origin, ReindexStage.Tree, Records, Records), told[^1]);
    }

    [Fact]
    public async Task Confirms_the_root_once_for_all_differences_and_says_how_far_it_is()
    {
        await using var log = await ClosedAsync();
        File.Delete(Path.Combine(log.Folder, "checkpoint"));
        var told = new List<ReindexProgress>();
        using var rebuilt = await LogReindex.BuildAsync(log.Folder, new Core.Notes.LogKeyHistory(TestLog.Signer.Key), TimeProvider.System, new Told(told.Add), CancellationToken.None);
        Assert.DoesNotContain(told, p => p.Stage == ReindexStage.Confirmation);
        Assert.False(rebuilt.HasRoot(1, default, out _, CancellationToken.None));
        Assert.Equal(new ReindexProgress(TestLog.Origin, ReindexStage.Confirmation, Records, Records), told[^1]);
        var reports = told.Count;
        foreach (var size in (ulong[])[0, 255, 256, 257, 512, 699, 700]) Assert.False(rebuilt.HasRoot(size, default, out _, CancellationToken.None));
        rebuilt.Confirm(CancellationToken.None);
        Assert.Equal(reports, told.Count);
        rebuilt.Install(null);
    }

    [Fact]
    public async Task Gives_the_roots_that_the_log_had_at_every_size()
    {
        await using var log = await ClosedAsync();
        using var rebuilt = await BuildAsync(log);
        await log.OpenAsync(appender: false);
        foreach (var size in (ulong[])[0, 1, 2, 3, 255, 256, 257, 512, 699, 700])
        {
            Assert.False(rebuilt.HasRoot(size, default, out var actual, CancellationToken.None)); // throws where the framework gives another one
            Assert.Equal(log.Store.RootAt(size), actual);
            Assert.True(rebuilt.HasRoot(size, actual, out _, CancellationToken.None));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(13)]
    public void The_plain_root_is_that_of_the_first_leaves(int size)
    {
        var seals = Enumerable.Range(0, 13).Select(i => new SpilledSeal((ulong)i, 1, [(byte)i])).ToList();
        var root = size == 0 ? MerkleTree.EmptyRoot : MerkleTree.Root([.. seals.Take(size).Select(s => MerkleTree.LeafHash(s.Bytes))]);
        Assert.Equal(root, PlainRoot.Of(seals, (ulong)size, new ProgressCount(new Told(_ => { }), "", ReindexStage.Confirmation, size, 1), CancellationToken.None));
    }

    private static Task<RebuiltLog> BuildAsync(TestLog log, BulkSha256? by = null) =>
        LogReindex.BuildAsync(log.Folder, new Core.Notes.LogKeyHistory(TestLog.Signer.Key), by ?? BulkSha256.Best, DiskMedium.Instance, TimeProvider.System, new Told(_ => { }), CancellationToken.None);

    private static async Task ReindexAsync(TestLog log)
    {
        using var rebuilt = await BuildAsync(log);
        Assert.Empty(rebuilt.Findings);
        Assert.Equal(Records, (int)rebuilt.Checkpoint!.Size);
        rebuilt.Install(null);
    }

    private static async Task<TestLog> ClosedAsync()
    {
        var log = await new TestLog().OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, Records).Select(i => log.AppendAsync(TestLog.Content(i, 100))));
        await log.PublishAsync();
        await log.CloseAsync();
        return log;
    }

    private static async Task AssertSoundAsync(TestLog log)
    {
        await log.OpenAsync();
        Assert.DoesNotContain(log.Store.OpenFindings, f => f.Severity == Severity.Error && f.Code != FindingCodes.VolumeUnexpected);
        Assert.Equal((ulong)Records, log.Store.Size);
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
        await log.AppendManyAsync(1);
    }

    private static Dictionary<string, string> Files(TestLog log) => Directory
        .EnumerateFiles(log.Folder, "*", SearchOption.AllDirectories)
        .Where(path => !path.EndsWith(".tar", StringComparison.Ordinal))
        .ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var path in Directory.EnumerateFiles(from)) File.Copy(path, Path.Combine(to, Path.GetFileName(path)));
    }
}

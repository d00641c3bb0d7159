using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Seals;
using Evidence.Storage;

namespace Evidence.Tests.Storage;

public sealed class LogStoreTests
{
    [Fact]
    public async Task What_is_signed_is_hashed_by_the_framework()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(300);
        await log.PublishAsync();
        Assert.Same(Evidence.Core.Hashing.BulkSha256.Framework, log.Store.Tree.By);
        Assert.Equal(log.Store.Tree.PlainRootAt(300), Evidence.Core.Notes.Checkpoint.Parse(log.Store.Checkpoint!.Text).Root);
    }

    [Fact]
    public async Task Gives_back_every_part_of_an_appended_record()
    {
        await using var log = await new TestLog().OpenAsync();
        byte[][] contents = [TestLog.Content(1, 0), TestLog.Content(2, 511), TestLog.Content(3, 512), TestLog.Content(4, 200_000)];
        var (seal, appended) = await log.AppendAsync(contents);

        Assert.Equal(0ul, appended.Leaf);
        Assert.Equal(appended.Place, log.Store.Find(seal.Record));
        var read = await log.Store.ReadRecordAsync(seal.Record, CancellationToken.None);
        Assert.Empty(read!.Findings);
        Assert.Equal(seal.Encode(), read.SealBytes);
        Assert.Equal(seal.Parts.Select(p => p.Name), read.Members.Select(m => m.Name));
        for (var i = 0; i < contents.Length; i++) Assert.Equal(contents[i], log.ReadPart(appended.Place, $"c{i + 1:D4}"));
    }

    [Fact]
    public async Task Copies_a_range_of_a_part()
    {
        await using var log = await new TestLog().OpenAsync();
        var content = TestLog.Content(1, 300_000);
        var (_, appended) = await log.AppendAsync(content);
        using var copy = new MemoryStream();
        await log.Store.CopyPartAsync(appended.Place, "c0001", 100_000, 50_000, copy, CancellationToken.None);
        Assert.Equal(content[100_000..150_000], copy.ToArray());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => log.Store.CopyPartAsync(appended.Place, "c0001", 0, 300_001, copy, CancellationToken.None));
        Assert.Throws<FileNotFoundException>(() => log.Store.OpenPart(appended.Place, "c0002"));
    }

    [Fact]
    public async Task Finds_a_record_by_number_leaf_seal_and_content()
    {
        await using var log = await new TestLog().OpenAsync();
        var content = TestLog.Content(7, 1000);
        var first = await log.AppendAsync(content);
        var second = await log.AppendAsync(content);
        Assert.Equal([first.Seal.Record, second.Seal.Record], log.Store.FindContent(Digest.Of(content)).Order());
        Assert.Equal(1ul, log.Store.FindSeal(Digest.Of(second.Seal.Encode())));
        var (record, sealSha256, place) = log.Store.FindLeaf(1)!.Value;
        Assert.Equal((second.Seal.Record, Digest.Of(second.Seal.Encode()), second.Appended.Place), (record, sealSha256, place));
        Assert.Null(log.Store.FindLeaf(2));
        Assert.Null(log.Store.Find(RecordId.New(TimeProvider.System)));
    }

    [Fact]
    public async Task Has_the_root_that_the_seals_give_at_every_size_across_full_tiles()
    {
        await using var log = await new TestLog().OpenAsync();
        var leaves = new List<Digest>();
        for (var i = 0; i < 600; i++) leaves.Add(MerkleTree.LeafHash((await log.AppendAsync(TestLog.Content(i, 10))).Seal.Encode()));
        Assert.Equal(600ul, log.Store.Size);
        foreach (var size in (int[])[0, 1, 2, 255, 256, 257, 511, 512, 599, 600])
            Assert.Equal(MerkleTree.Root(leaves.Take(size).ToArray()), log.Store.RootAt((ulong)size));
        var proof = InclusionProof.Make(300, 600, log.Store.Nodes(600));
        Assert.True(InclusionProof.Verify(leaves[300], 300, 600, proof, log.Store.Root));
        Assert.Equal(leaves[300], log.Store.LeafHash(300));
        Assert.Equal(leaves[599], log.Store.LeafHashOrNull(599));
        Assert.Null(log.Store.LeafHashOrNull(600));
    }

    [Fact]
    public async Task Is_the_same_after_closing_and_opening()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(300);
        await log.PublishAsync();
        await log.AppendManyAsync(5);
        var (root, volumes, note) = (log.Store.Root, log.Store.Volumes, log.Store.Checkpoint!.Encode());
        await log.ReopenAsync();
        Assert.Empty(log.Store.OpenFindings);
        Assert.Null(log.Store.AppendRefusal);
        Assert.Equal((305ul, root, note), (log.Store.Size, log.Store.Root, log.Store.Checkpoint!.Encode()));
        Assert.Equal(volumes, log.Store.Volumes);
        await log.AppendManyAsync(1);
        Assert.Equal(306ul, log.Store.Size);
    }

    [Fact]
    public async Task Publishing_leaves_the_live_tiles_and_no_others()
    {
        await using var log = await new TestLog().OpenAsync();
        foreach (var more in (int[])[3, 2, 250, 1, 1])
        {
            await Task.WhenAll(Enumerable.Range(0, more).Select(i => log.AppendAsync(TestLog.Content(i, 10))));
            await log.PublishAsync();
            Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
            var files = Directory.GetFiles(Path.Combine(log.Folder, "tile"), "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(log.Folder, p));
            Assert.Equal(TileId.All(log.Store.Size).Select(t => t.Path).Order(), files.Order());
        }
    }

    [Fact]
    public async Task Appends_many_records_at_once_and_loses_none()
    {
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = 1 << 20, GroupWait = TimeSpan.FromMilliseconds(1) }).OpenAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(() => log.AppendAsync(TestLog.Content(i, 1024)))));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (ulong)i), all.Select(a => a.Appended.Leaf).Order());
        Assert.True(log.Store.Volumes.Count > 3);
        foreach (var (seal, appended) in all) Assert.Equal(seal.Parts[0].Sha256, Digest.Of(log.ReadPart(appended.Place, "c0001")));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(100)] // the second part does not fit: the record is staged with the first
    [InlineData(10)]
    public async Task Whole_parts_are_stored_like_those_that_came_in_pieces(int buffer)
    {
        await using var log = await new TestLog(new LogStoreOptions { BufferBytes = buffer }).OpenAsync();
        byte[][] contents = [TestLog.Content(1, 90), TestLog.Content(2, 40_000), []];
        await using var staged = log.Appender.Begin(RecordId.New(TimeProvider.System));
        var parts = new List<StoredPart>();
        foreach (var content in contents) parts.Add(await staged.AddPartAsync($"c{parts.Count + 1:D4}", PartRole.Content, content, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await staged.AddPartAsync("c0002", PartRole.Content, contents[0], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await staged.AddPartAsync("s0002", PartRole.Content, contents[0], CancellationToken.None));
        var seal = new Seal(staged.Id, DateTimeOffset.UnixEpoch, "", [.. parts.Select(p => new SealPart(p.Name, PartRole.Content, p.Size, p.Sha256))]);
        var appended = await log.Appender.AppendAsync(staged, seal, CancellationToken.None);
        Assert.Equal(contents.Select(c => Digest.Of(c)), seal.Parts.Select(p => p.Sha256));
        for (var i = 0; i < contents.Length; i++) Assert.Equal(contents[i], log.ReadPart(appended.Place, parts[i].Name));
        Assert.Equal(Digest.Of(seal.Encode()), appended.SealSha256);
        Assert.Equal(appended.Leaf, log.Store.FindSeal(appended.SealSha256));
    }

    [Fact]
    public async Task Refuses_a_record_number_that_the_log_has()
    {
        await using var log = await new TestLog().OpenAsync();
        var id = RecordId.New(TimeProvider.System);
        for (var i = 0; i < 2; i++)
        {
            await using var staged = log.Appender.Begin(id);
            var seal = await TestLog.StageAsync(staged, [1, 2, 3]);
            if (i == 0) await log.Appender.AppendAsync(staged, seal, CancellationToken.None);
            else await Assert.ThrowsAsync<DuplicateRecordException>(() => log.Appender.AppendAsync(staged, seal, CancellationToken.None));
        }

        Assert.Equal(1ul, log.Store.Size);
    }

    [Fact]
    public async Task Refuses_a_seal_that_does_not_fit_the_record()
    {
        await using var log = await new TestLog().OpenAsync();
        await using var staged = log.Appender.Begin(RecordId.New(TimeProvider.System));
        var seal = await TestLog.StageAsync(staged, [1, 2, 3]);
        var swapped = seal with { Parts = [.. seal.Parts.Reverse()] };
        var changed = seal with { Parts = [seal.Parts[0] with { Size = 4 }, seal.Parts[1]] };
        var other = seal with { Record = RecordId.New(TimeProvider.System) };
        foreach (var wrong in new[] { swapped, changed, other })
            await Assert.ThrowsAsync<ArgumentException>(() => log.Appender.AppendAsync(staged, wrong, CancellationToken.None));
    }

    [Fact]
    public async Task A_large_record_becomes_a_closed_volume_of_its_own_beside_the_open_one()
    {
        await using var log = await new TestLog(new LogStoreOptions { BufferBytes = 100_000 }).OpenAsync();
        await log.AppendManyAsync(2);
        var content = TestLog.Content(1, 1_234_567);
        var (seal, appended) = await log.AppendAsync([1, 2, 3], content, TestLog.Content(2, 99));
        await log.AppendManyAsync(2);

        Assert.Equal((2u, 0ul, 2ul), (appended.Place.Volume, appended.Place.Offset, appended.Leaf));
        Assert.Equal(content, log.ReadPart(appended.Place, "c0002"));
        Assert.Equal([(1u, false), (2u, true)], log.Store.Volumes.Select(v => (v.Number, v.Closed)));
        Assert.Equal(1u, log.Store.FindLeaf(4)!.Value.Place.Volume);
        Assert.Empty(Directory.GetFiles(Path.Combine(log.Folder, "staging")));
        await log.ReopenAsync();
        Assert.Empty(log.Store.OpenFindings);
        Assert.Equal(5ul, log.Store.Size);
        Assert.Empty((await log.Store.ReadRecordAsync(seal.Record, CancellationToken.None))!.Findings);
    }

    [Fact]
    public async Task An_upload_that_is_broken_off_leaves_nothing()
    {
        await using var log = await new TestLog(new LogStoreOptions { BufferBytes = 1000 }).OpenAsync();
        var staging = Path.Combine(log.Folder, "staging");
        var staged = log.Appender.Begin(RecordId.New(TimeProvider.System));
        await TestLog.StageAsync(staged, TestLog.Content(1, 5000));
        Assert.Single(Directory.GetFiles(staging));
        await staged.DisposeAsync();
        Assert.Empty(Directory.GetFiles(staging));

        File.WriteAllText(Path.Combine(staging, "left-by-a-crash.staged"), "x");
        await log.ReopenAsync();
        Assert.Empty(Directory.GetFiles(staging));
        Assert.Equal(0ul, log.Store.Size);
    }

    [Fact]
    public async Task Reads_while_the_volume_grows()
    {
        await using var log = await new TestLog().OpenAsync();
        var (_, appended) = await log.AppendAsync(TestLog.Content(1, 100_000));
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested) Assert.Equal(TestLog.Content(1, 100_000), log.ReadPart(appended.Place, "c0001"));
        });
        await log.AppendManyAsync(200, 10_000);
        await stop.CancelAsync();
        await reader;
    }

    [Fact]
    public async Task Refuses_the_folder_of_another_log()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.CloseAsync();
        var other = new Core.Notes.LogSigner("evidence.test/other", new byte[32]);
        var error = await Assert.ThrowsAsync<StorageException>(() => LogStore.OpenAsync(
            log.Folder, "evidence.test/other", new Core.Notes.LogKeyHistory(other.Key), new LogStoreOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, CancellationToken.None));
        Assert.Contains("log.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_a_folder_after_origin_and_key() =>
        Assert.Matches("^evidence.test_log-[0-9a-f]{8}$", LogStore.FolderName(TestLog.Signer.Key));
}

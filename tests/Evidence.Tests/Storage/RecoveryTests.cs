using System.Globalization;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Tests.Storage;

public sealed class RecoveryTests
{
    public enum Fault
    {
        Cut,
        Flipped,
        Zeroed,
    }

    [Theory]
    [InlineData(Fault.Cut)]
    [InlineData(Fault.Flipped)]
    [InlineData(Fault.Zeroed)]
    public async Task A_record_that_was_not_wholly_written_is_cut_off_and_nothing_before_it(Fault fault)
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(3, 60);
        await log.PublishAsync();
        var (length, size) = (log.Store.Volumes[0].DurableLength, log.Store.Size);
        await log.CloseAsync();
        var before = Copy(log, "index");
        await log.OpenAsync();
        await log.AppendManyAsync(1, 1);
        await log.CloseAsync();
        var whole = await File.ReadAllBytesAsync(log.VolumePath());

        foreach (var at in Positions((int)length, whole.Length))
        {
            Restore(log, "index", before);
            var bytes = (byte[])whole.Clone();
            if (fault == Fault.Cut) bytes = bytes[..at];
            else if (fault == Fault.Flipped) bytes[at] ^= 0xff; // no byte of a seal is one after this
            else bytes.AsSpan(at).Clear();
            var untouched = bytes.AsSpan().SequenceEqual(whole);
            await File.WriteAllBytesAsync(log.VolumePath(), bytes);
            await log.OpenAsync(appender: false);
            Assert.Equal(untouched ? size + 1 : size, log.Store.Size);
            Assert.Equal(untouched ? whole.Length : length, new FileInfo(log.VolumePath()).Length);
            Assert.Null(log.Store.AppendRefusal);
            Assert.Empty(log.Store.OpenFindings);
            await log.CloseAsync();
        }
    }

    [Fact]
    public async Task Records_that_the_index_and_the_tree_missed_are_taken_in()
    {
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = 20_000, BufferBytes = 30_000 }).OpenAsync();
        await log.AppendManyAsync(3);
        await log.PublishAsync();
        await log.CloseAsync();
        var before = Copy(log, "index");
        await log.OpenAsync();
        await log.AppendManyAsync(10); // closes volumes
        await log.AppendAsync(TestLog.Content(1, 100_000)); // a volume of its own
        await log.AppendManyAsync(3);
        var (root, size, volumes) = (log.Store.Root, log.Store.Size, log.Store.Volumes);
        await log.CloseAsync();
        Restore(log, "index", before);
        await log.OpenAsync();
        Assert.Equal((root, size), (log.Store.Root, log.Store.Size));
        Assert.Equal(volumes, log.Store.Volumes);
        Assert.Empty(log.Store.OpenFindings);
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
    }

    [Theory]
    [InlineData("index", FindingCodes.IndexMissing)]
    [InlineData("tile", FindingCodes.TileMissing)]
    public async Task What_was_deleted_is_made_again_from_the_volumes_and_said(string folder, string code)
    {
        await using var log = await FilledAsync();
        var root = log.Store.Root;
        await log.CloseAsync();
        Directory.Delete(Path.Combine(log.Folder, folder), recursive: true);
        await log.OpenAsync();
        Assert.Contains(log.Store.OpenFindings, f => f.Code == code);
        await AssertWholeAsync(log, root);
    }

    [Fact]
    public async Task A_lost_checkpoint_is_no_reason_to_lose_leaves()
    {
        await using var log = await FilledAsync();
        var root = log.Store.Root;
        await log.CloseAsync();
        File.Delete(Path.Combine(log.Folder, "checkpoint"));
        await log.OpenAsync();
        Assert.Null(log.Store.Checkpoint);
        await log.PublishAsync();
        await AssertWholeAsync(log, root);
    }

    [Fact]
    public async Task A_closed_volume_that_is_damaged_in_its_middle_is_not_cut_though_nothing_but_volumes_is_left()
    {
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = 20_000, BufferBytes = 30_000 }).OpenAsync();
        await log.AppendManyAsync(15); // closes volumes
        var place = log.Store.FindLeaf(1)!.Value.Place;
        Assert.True(log.Store.Volumes[0].Closed);
        await log.CloseAsync();
        Directory.Delete(Path.Combine(log.Folder, "index"), recursive: true);
        TestLog.Flip(log.VolumePath(), (long)place.Offset + 3);
        var bytes = File.ReadAllBytes(log.VolumePath());
        await log.OpenAsync();
        Assert.Equal(bytes, File.ReadAllBytes(log.VolumePath()));
        Assert.Contains("Volume 1", log.Store.AppendRefusal, StringComparison.Ordinal);
        Assert.NotEmpty(log.Store.OpenFindings);
        await Assert.ThrowsAnyAsync<StorageException>(() => log.AppendManyAsync(1));
        Assert.Equal(bytes, File.ReadAllBytes(log.VolumePath()));
    }

    [Fact]
    public async Task A_changed_checkpoint_is_put_aside_and_said()
    {
        await using var log = await FilledAsync();
        var root = log.Store.Root;
        await log.CloseAsync();
        TestLog.Flip(Path.Combine(log.Folder, "checkpoint"), 5);
        await log.OpenAsync();
        Assert.Contains(log.Store.OpenFindings, f => f.Subject == "checkpoint");
        await log.PublishAsync();
        await AssertWholeAsync(log, root);
    }

    [Theory]
    [InlineData("tile/0/000")]
    [InlineData("tile/entries/001.p/54")]
    public async Task A_changed_tile_that_opening_reads_is_made_again_and_said(string tile)
    {
        await using var log = await FilledAsync();
        var root = log.Store.Root;
        await log.CloseAsync();
        TestLog.Flip(Path.Combine(log.Folder, tile), 40);
        await log.OpenAsync();
        Assert.Contains(log.Store.OpenFindings, f => f.Code is FindingCodes.TileChanged or FindingCodes.TileUnreadable);
        await AssertWholeAsync(log, root);
    }

    [Theory]
    [InlineData("CURRENT")]
    [InlineData("MANIFEST-*")]
    public async Task A_damaged_index_is_rebuilt_and_said(string pattern)
    {
        await using var log = await FilledAsync();
        var root = log.Store.Root;
        await log.CloseAsync();
        foreach (var file in Directory.GetFiles(Path.Combine(log.Folder, "index"), pattern)) TestLog.Flip(file, new FileInfo(file).Length / 2, 0x40);
        await log.OpenAsync();
        Assert.Contains(log.Store.OpenFindings, f => f.Code is FindingCodes.IndexUnreadable);
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(log.Folder, "quarantine"), "*-index"));
        await AssertWholeAsync(log, root);
    }

    [Fact]
    public async Task A_log_that_is_behind_its_own_checkpoint_appends_nothing_until_it_has_caught_up()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(3);
        await log.CloseAsync();
        var (index, volumes) = (Copy(log, "index"), Copy(log, "volumes"));
        await log.OpenAsync();
        await log.AppendManyAsync(3);
        await log.PublishAsync();
        var root = log.Store.Root;
        var lost = (await File.ReadAllBytesAsync(log.VolumePath()))[(int)log.Store.FindLeaf(3)!.Value.Place.Offset..];
        await log.CloseAsync();
        Restore(log, "index", index);
        Restore(log, "volumes", volumes);

        await log.OpenAsync();
        Assert.Contains("behind its own checkpoint", log.Store.AppendRefusal, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LogBehindException>(() => log.AppendManyAsync(1));
        var state = log.Store.Volumes[0];
        await new MirrorWriter(log.Store).AppendAsync(1, state.DurableLength, lost, closed: false, CancellationToken.None);
        Assert.Null(log.Store.AppendRefusal);
        await log.AppendManyAsync(1);
        Assert.Equal((7ul, root), (log.Store.Size, log.Store.RootAt(6)));
    }

    [Fact]
    public async Task A_volume_that_became_shorter_is_missing_bytes_and_not_torn()
    {
        await using var log = await FilledAsync();
        var length = log.Store.Volumes[0].DurableLength;
        await log.CloseAsync();
        using (var file = File.OpenWrite(log.VolumePath())) file.SetLength(length - 1000);
        await log.OpenAsync();
        Assert.Contains(log.Store.OpenFindings, f => f.Code == FindingCodes.VolumeMissing);
        Assert.Equal(length, log.Store.Volumes[0].DurableLength);
        Assert.NotNull(log.Store.AppendRefusal);
        await Assert.ThrowsAsync<LogBehindException>(() => log.AppendManyAsync(1));
    }

    [Fact]
    public async Task A_record_damaged_in_the_middle_of_an_unindexed_volume_is_no_torn_tail()
    {
        await using var log = await FilledAsync();
        var length = log.Store.Volumes[0].DurableLength;
        var middle = log.Store.FindLeaf(100)!.Value.Place;
        await log.CloseAsync();
        Directory.Delete(Path.Combine(log.Folder, "index"), recursive: true);
        TestLog.Flip(log.VolumePath(), (long)middle.Offset + 520);
        await log.OpenAsync();
        Assert.Equal(length, new FileInfo(log.VolumePath()).Length);
        Assert.Equal((310ul, 310ul - 1), (log.Store.Size, (ulong)Enumerable.Range(0, 310).Count(i => log.Store.FindLeaf((ulong)i) is not null)));
        Assert.Contains(log.Store.OpenFindings, f => f.Code == FindingCodes.PartChanged);
    }

    [Fact]
    public async Task A_stray_file_among_the_volumes_stops_nothing_once_it_is_gone()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(2);
        await log.CloseAsync();
        var stray = Path.Combine(Path.GetDirectoryName(log.VolumePath())!, "v0000000099.tar");
        await File.WriteAllBytesAsync(stray, []);
        await log.OpenAsync();
        await log.CloseAsync();
        File.Delete(stray);
        await log.OpenAsync();
        Assert.Null(log.Store.AppendRefusal);
        Assert.Empty(log.Store.OpenFindings);
        await log.AppendManyAsync(1);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"key\":\"no key\"}")]
    public async Task A_damaged_name_of_the_log_is_put_aside_and_written_anew(string garbage)
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(2);
        await log.CloseAsync();
        var file = Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetDirectoryName(log.VolumePath())!)!, "log.json").Single();
        var before = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, garbage);
        await log.OpenAsync();
        Assert.Equal("log.json", Assert.Single(log.Store.OpenFindings).Subject);
        Assert.Equal(before, await File.ReadAllTextAsync(file));
        await log.AppendManyAsync(1);
    }

    [Fact]
    public async Task Partial_tiles_that_a_crash_left_are_removed()
    {
        await using var log = await FilledAsync();
        await log.CloseAsync();
        var stray = Path.Combine(log.Folder, "tile", "0", "001.p", "17");
        File.WriteAllText(stray, "x");
        Directory.CreateDirectory(Path.Combine(log.Folder, "tile", "0", "000.p"));
        File.WriteAllText(Path.Combine(log.Folder, "tile", "0", "000.p", "3"), "x");
        await log.OpenAsync();
        Assert.False(File.Exists(stray));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Sets_bytes_aside_that_someone_put_behind_the_open_volume_before_the_first_append()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(3);
        await log.ReopenAsync();
        var end = new FileInfo(log.VolumePath()).Length;
        var stray = TestLog.Content(9, 70_000);
        await using (var file = new FileStream(log.VolumePath(), FileMode.Append)) file.Write(stray);
        var (seal, appended) = await log.AppendAsync(TestLog.Content(1, 10));
        Assert.Equal((ulong)end, appended.Place.Offset);
        Assert.Equal((long)(appended.Place.Offset + appended.Place.Length), new FileInfo(log.VolumePath()).Length); // nothing of it is left behind the record
        Assert.Equal(seal.Encode(), (await log.Store.ReadRecordAsync(seal.Record, CancellationToken.None))!.SealBytes);
        var kept = Assert.Single(Directory.GetFiles(Path.Combine(log.Folder, "quarantine"), "bytes", SearchOption.AllDirectories));
        Assert.Equal(stray, await File.ReadAllBytesAsync(kept));
    }

    [Fact]
    public async Task Takes_no_record_while_bytes_behind_the_open_volume_find_no_room_in_quarantine_and_copies_none_of_them()
    {
        await using var log = await new TestLog().OpenAsync();
        await log.AppendManyAsync(3);
        await log.ReopenAsync();
        var end = new FileInfo(log.VolumePath()).Length;
        await using (var file = new FileStream(log.VolumePath(), FileMode.Open)) file.SetLength(end + log.Store.FreeBytes); // a hole, which would be copied as zeros
        var refused = await Assert.ThrowsAsync<StorageFullException>(() => log.AppendManyAsync(1));
        Assert.Contains($"truncate -s {end}", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(log.Folder, "quarantine")));
        await using (var file = new FileStream(log.VolumePath(), FileMode.Open)) file.SetLength(end);
        await log.AppendManyAsync(1);
    }

    [Theory]
    [InlineData("write")]
    [InlineData("sync")]
    public async Task Stops_when_bytes_behind_the_open_volume_cannot_be_kept_and_leaves_no_part_of_them_in_quarantine(string step)
    {
        var medium = new FaultyMedium();
        await using var log = await new TestLog(new LogStoreOptions { Medium = medium }).OpenAsync();
        await log.AppendManyAsync(3);
        await log.ReopenAsync();
        var stray = TestLog.Content(9, 700);
        await using (var file = new FileStream(log.VolumePath(), FileMode.Append)) file.Write(stray);
        medium.FailIf = (what, path) => what == step && path.Contains("quarantine", StringComparison.Ordinal);
        for (var i = 0; i < 2; i++) await Assert.ThrowsAsync<StorageFailedException>(() => log.AppendManyAsync(1));
        Assert.Contains("quarantine", log.Store.AppendRefusal, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(log.Folder, "quarantine")));
        medium.FailIf = null;
        await log.ReopenAsync();
        await log.AppendManyAsync(1);
        Assert.Equal(stray, await KeptAsync(log));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sets_bytes_aside_that_came_behind_the_volume_while_it_was_open(bool closes)
    {
        await using var log = await new TestLog(new LogStoreOptions { VolumeBytes = 20_000 }).OpenAsync();
        await log.AppendManyAsync(1);
        var end = new FileInfo(log.VolumePath()).Length;
        var stray = TestLog.Content(9, 700);
        await using (var file = new FileStream(log.VolumePath(), FileMode.Append)) file.Write(stray);
        if (closes) await log.AppendManyAsync(1, 30_000);
        else await log.Appender.DisposeAsync();
        Assert.Equal(stray, await KeptAsync(log));
        Assert.Equal(closes, log.Store.Volumes[0].Closed);
        Assert.Equal(closes ? log.Store.Volumes[0].DurableLength : end, new FileInfo(log.VolumePath()).Length);
    }

    private static Task<byte[]> KeptAsync(TestLog log) =>
        File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(Path.Combine(log.Folder, "quarantine"), "bytes", SearchOption.AllDirectories)));

    private static async Task<TestLog> FilledAsync()
    {
        var log = await new TestLog().OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 310).Select(i => log.AppendAsync(TestLog.Content(i, 50))));
        await log.PublishAsync();
        return log;
    }

    private static async Task AssertWholeAsync(TestLog log, Digest root)
    {
        Assert.Equal((310ul, root), (log.Store.Size, log.Store.Root));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareIndexAsync(CancellationToken.None)));
        Assert.Empty(await TestLog.ListAsync(log.Store.CompareTilesAsync(CancellationToken.None)));
        await log.AppendManyAsync(1);
        Assert.Equal(311ul, log.Store.Size);
    }

    // Every block boundary with its neighbours, and every 13th byte.
    private static IEnumerable<int> Positions(int from, int to) =>
        Enumerable.Range(from, to - from).Where(at => at % 512 is 0 or 1 or 511 || at % 13 == 0);

    private static string Copy(TestLog log, string folder)
    {
        var target = Path.Combine(log.Folder, "copy-of-" + folder + Guid.NewGuid().ToString("N")[..8].ToString(CultureInfo.InvariantCulture));
        CopyFolder(Path.Combine(log.Folder, folder), target);
        return target;
    }

    private static void Restore(TestLog log, string folder, string copy)
    {
        Directory.Delete(Path.Combine(log.Folder, folder), recursive: true);
        CopyFolder(copy, Path.Combine(log.Folder, folder));
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}

using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage;
using Evidence.Storage.Uploads;
using Evidence.Tests.Faults;

namespace Evidence.Tests.Storage;

public sealed class UploadFolderTests
{
    private const int SyncBytes = 300_000;
    private static readonly byte[] Large = TestLog.Content(1, 1_000_000);
    private static readonly LogStoreOptions Options = new() { BufferBytes = 100_000, StagingSyncBytes = SyncBytes };

    private static JsonObject Label => new() { ["submitter"] = "林", ["n"] = 1 };

    private static string Staging(TestLog log) => Path.Combine(log.Folder, "staging");

    private static string StagedPath(TestLog log) => Assert.Single(Directory.GetFiles(Staging(log), "*.staged"));

    private static string StatePath(TestLog log) => Assert.Single(Directory.GetFiles(Staging(log), "*.upload"));

    private static UnreadUpload Unread(TestLog log)
    {
        var unread = new List<UnreadUpload>();
        Assert.Empty(new UploadFolder(log.Store).List(unread.Add));
        return Assert.Single(unread);
    }

    // A large part, an empty one, and one that is broken off; what was sent last is not sure to be synced unless it is kept.
    private static async Task<RecordId> BreakOffAsync(TestLog log, bool keep)
    {
        var id = RecordId.New(TimeProvider.System);
        await using var staged = new UploadFolder(log.Store).Create(id, Label);
        await SendAsync(staged, "c0001", Large);
        await SendAsync(staged, "c0002", []);
        await staged.BeginPartAsync("c0003", PartRole.Content, Large.Length, CancellationToken.None, new JsonObject { ["name"] = "x" });
        await WriteAsync(staged, Large.AsMemory(0, 350_000));
        await staged.KeepAsync();
        await WriteAsync(staged, Large.AsMemory(350_000, 350_000));
        if (keep) await staged.KeepAsync();
        return id;
    }

    private static async Task SendAsync(StagedRecord staged, string name, byte[] content)
    {
        await staged.BeginPartAsync(name, PartRole.Content, content.Length, CancellationToken.None);
        await WriteAsync(staged, content);
        await staged.EndPartAsync();
    }

    private static async Task WriteAsync(StagedRecord staged, ReadOnlyMemory<byte> bytes)
    {
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, 10_000)..]) await staged.WriteAsync(bytes[..Math.Min(bytes.Length, 10_000)], CancellationToken.None);
    }

    private static async Task<StagedRecord> ResumeAsync(TestLog log)
    {
        var folder = new UploadFolder(log.Store);
        return await folder.ResumeAsync(Assert.Single(folder.List()), CancellationToken.None);
    }

    private static long SizeOfLast(StagedRecord staged) => staged.Upload!.Parts[^1].Size;

    private static async Task FinishAsync(TestLog log, StagedRecord staged)
    {
        await WriteAsync(staged, Large.AsMemory((int)SizeOfLast(staged)));
        await staged.EndPartAsync();
        var seal = new Seal(staged.Id, DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123), "", [.. staged.Parts.Select(p => new SealPart(p.Name, PartRole.Content, p.Size, p.Sha256))]);
        var appended = await log.Appender.AppendAsync(staged, seal, CancellationToken.None);
        Assert.Equal(Large, log.ReadPart(appended.Place, "c0001"));
        Assert.Equal([], log.ReadPart(appended.Place, "c0002"));
        Assert.Equal(Large, log.ReadPart(appended.Place, "c0003"));
        Assert.Empty((await log.Store.ReadRecordAsync(staged.Id, CancellationToken.None))!.Findings);
        await staged.DisposeAsync();
        new UploadFolder(log.Store).Remove(staged.Id);
        Assert.Empty(Directory.GetFiles(Staging(log)));
    }

    [Fact]
    public async Task Goes_on_after_a_restart_with_all_that_was_kept()
    {
        await using var log = await new TestLog(Options).OpenAsync();
        var id = await BreakOffAsync(log, keep: true);
        await log.ReopenAsync();
        Assert.Equal(0ul, log.Store.Size);
        await using var staged = await ResumeAsync(log);
        Assert.Equal((id, Label.ToJsonString()), (staged.Id, staged.Upload!.Label.ToJsonString()));
        Assert.Equal([("c0001", true, 1_000_000L), ("c0002", true, 0L), ("c0003", false, 700_000L)], staged.Upload.Parts.Select(p => (p.Name, p.Ended, p.Size)));
        Assert.Equal(("x", 1_000_000L), ((string?)staged.Upload.Parts[2].Label["name"], staged.Upload.Parts[2].Announced));
        await FinishAsync(log, staged);
    }

    [Fact]
    public async Task Goes_on_from_the_last_sync_after_a_crash_and_cuts_off_what_follows_it()
    {
        await using var log = await new TestLog(Options).OpenAsync();
        await BreakOffAsync(log, keep: false);
        await log.CloseAsync();
        var length = new FileInfo(StagedPath(log)).Length;
        await log.OpenAsync();
        await using var staged = await ResumeAsync(log);
        Assert.InRange(SizeOfLast(staged), 350_000, 700_000);
        Assert.InRange(new FileInfo(StagedPath(log)).Length, 1_350_000, length);
        await FinishAsync(log, staged);
    }

    [Theory]
    [InlineData(512 + 1_000_448 + 512 + 512 + 1, 2, 0)] // the first byte of the third part: nothing of it holds
    [InlineData(512 + 1_000_448 + 512 + 512 + 690_000, 2, 350_000)] // behind its first point
    [InlineData(512, 0, 0)] // the first part, which had ended: it is open again
    public async Task Takes_an_upload_back_to_where_its_bytes_still_are_what_was_received(long flipped, int lastPart, int least)
    {
        await using var log = await new TestLog(Options).OpenAsync();
        await BreakOffAsync(log, keep: true);
        await log.CloseAsync();
        TestLog.Flip(StagedPath(log), flipped);
        await log.OpenAsync();
        await using var staged = await ResumeAsync(log);
        Assert.Equal(lastPart + 1, staged.Upload!.Parts.Count);
        Assert.False(staged.Upload.Parts[^1].Ended);
        Assert.InRange(SizeOfLast(staged), least, flipped > 1_000_000 ? 699_999 : 0);
        if (lastPart < 2) return;
        await FinishAsync(log, staged);
    }

    [Fact]
    public async Task Takes_an_upload_back_when_its_file_is_cut_short_or_gone()
    {
        await using var log = await new TestLog(Options).OpenAsync();
        await BreakOffAsync(log, keep: true);
        await using (var file = new FileStream(StagedPath(log), FileMode.Open)) file.SetLength(1_400_000);
        await using (var staged = await ResumeAsync(log)) Assert.InRange(SizeOfLast(staged), 350_000, 499_999);
        File.Delete(StagedPath(log));
        await using (var staged = await ResumeAsync(log)) Assert.Equal((1, 0), (staged.Upload!.Parts.Count, SizeOfLast(staged)));
    }

    [Fact]
    public async Task Removes_what_belongs_to_nothing()
    {
        await using var log = await new TestLog(Options).OpenAsync();
        await BreakOffAsync(log, keep: true);
        File.WriteAllText(Path.Combine(Staging(log), "a.staged"), "left by a crash");
        File.WriteAllText(Path.Combine(Staging(log), "a.upload.tmp"), "left by a crash");
        await log.ReopenAsync();
        Assert.Equal(2, Directory.GetFiles(Staging(log)).Length);
    }

    [Fact]
    public async Task Sets_aside_an_upload_whose_state_is_not_what_was_written()
    {
        await using var log = await new TestLog(Options).OpenAsync();
        await BreakOffAsync(log, keep: true);
        var (bytes, state) = (StagedPath(log), StatePath(log));
        TestLog.Flip(state, 100);
        var kept = new[] { bytes, state }.Select(File.ReadAllBytes).ToList();
        var unread = Unread(log);
        Assert.Equal((state, true), (unread.Path, unread.IsSetAside));
        Assert.Contains("is not what was written", unread.Reason, StringComparison.Ordinal);
        await log.ReopenAsync();
        Assert.Empty(new UploadFolder(log.Store).List());
        Assert.Equal(kept, new[] { bytes, state }.Select(f => File.ReadAllBytes(f + ".unreadable")));
        Assert.Equal(2, Directory.GetFiles(Staging(log)).Length);
    }

    [Fact]
    public async Task Keeps_what_it_sets_aside_also_when_it_is_stopped_in_the_middle()
    {
        var medium = new FaultyMedium { Kind = FaultKind.FailedButPersisted };
        await using var log = await new TestLog(Options with { Medium = medium }).OpenAsync();
        await BreakOffAsync(log, keep: true);
        var bytes = StagedPath(log);
        TestLog.Flip(StatePath(log), 100);
        foreach (var path in Directory.GetFiles(Staging(log))) File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-30));
        medium.FailIf = (what, path) => what == "rename" && path.EndsWith(".unreadable", StringComparison.Ordinal);
        Assert.False(Unread(log).IsSetAside);
        Assert.Empty(new UploadFolder(log.Store).RemoveSetAside(TimeProvider.System.GetUtcNow().AddDays(-1), (path, e) => Assert.Fail(path + e)));
        Assert.True(File.Exists(bytes + ".unreadable"));
    }

    [Fact]
    public async Task Removes_what_was_set_aside_but_what_cannot_be_removed()
    {
        var medium = new FaultyMedium();
        await using var log = await new TestLog(Options with { Medium = medium }).OpenAsync();
        await BreakOffAsync(log, keep: true);
        var (bytes, state) = (StagedPath(log) + ".unreadable", StatePath(log) + ".unreadable");
        TestLog.Flip(StatePath(log), 100);
        Assert.True(Unread(log).IsSetAside);
        medium.FailIf = (what, path) => what == "delete" && path == bytes;
        var failed = new List<string>();
        Assert.Equal([state], new UploadFolder(log.Store).RemoveSetAside(TimeProvider.System.GetUtcNow().AddDays(1), (path, _) => failed.Add(path)));
        Assert.Equal([bytes], failed);
        Assert.Equal([bytes], Directory.GetFiles(Staging(log)));
    }

    [Theory]
    [InlineData("upload")]
    [InlineData("resumed upload")]
    [InlineData("record")]
    public async Task Makes_a_staging_folder_again_that_was_removed_and_has_it_last(string what)
    {
        var medium = new FaultyMedium();
        await using var log = await new TestLog(Options with { Medium = medium }).OpenAsync();
        var folder = new UploadFolder(log.Store);
        await using (var first = folder.Create(RecordId.New(TimeProvider.System), Label)) await first.KeepAsync();
        var state = Assert.Single(folder.List());
        Directory.Delete(Staging(log), recursive: true);
        var synced = false;
        medium.FailIf = (step, path) => (synced |= step == "sync folder" && path == log.Folder) && false;
        if (what == "record")
        {
            await using var large = log.Appender.Begin(RecordId.New(TimeProvider.System));
            await large.BeginPartAsync("c0001", PartRole.Content, Large.Length, CancellationToken.None);
        }
        else
        {
            await using var upload = what == "upload" ? folder.Create(RecordId.New(TimeProvider.System), Label) : await folder.ResumeAsync(state, CancellationToken.None);
            await SendAsync(upload, "c0001", Large);
            await upload.KeepAsync();
        }

        Assert.True(synced);
    }

    [Fact]
    public async Task Leaves_an_upload_whose_state_the_medium_does_not_give_and_goes_on_when_it_does()
    {
        await using var log = await new TestLog(Options).OpenAsync();
        var id = await BreakOffAsync(log, keep: true);
        var (bytes, state, safe) = (StagedPath(log), StatePath(log), Path.Combine(log.Folder, "safe"));
        File.Move(state, safe);
        File.CreateSymbolicLink(state, state); // is there, and cannot be opened
        await log.ReopenAsync();
        Assert.Equal((state, false), (Unread(log).Path, Unread(log).IsSetAside));
        Assert.Equal([bytes, state], Directory.GetFiles(Staging(log)).Order(StringComparer.Ordinal));
        File.Move(safe, state, overwrite: true);
        await using var staged = await ResumeAsync(log);
        Assert.Equal(id, staged.Id);
        await FinishAsync(log, staged);
    }

    [Fact]
    public async Task An_upload_that_turns_out_small_shares_a_volume_with_others()
    {
        await using var log = await new TestLog(Options).OpenAsync();
        await log.AppendManyAsync(1);
        await using var staged = new UploadFolder(log.Store).Create(RecordId.New(TimeProvider.System), Label);
        var seal = await TestLog.StageAsync(staged, TestLog.Content(5, 5000), []);
        var appended = await log.Appender.AppendAsync(staged, seal, CancellationToken.None);
        Assert.Equal(1u, appended.Place.Volume);
        Assert.Equal(TestLog.Content(5, 5000), log.ReadPart(appended.Place, "c0001"));
    }

    [Fact]
    public async Task Knows_after_a_restart_what_came_of_an_upload()
    {
        await using var log = await new TestLog(Options).OpenAsync();
        var id = RecordId.New(TimeProvider.System);
        await using (var staged = new UploadFolder(log.Store).Create(id, Label))
        {
            var seal = await TestLog.StageAsync(staged, Large);
            await staged.ConcludeAsync(new JsonObject { ["signature"] = "NONE" });
            await log.Appender.AppendAsync(staged, seal, CancellationToken.None);
        }

        await log.ReopenAsync();
        var state = Assert.Single(new UploadFolder(log.Store).List());
        Assert.Equal((id, "NONE"), (state.Record, (string?)state.Outcome!["signature"]));
        Assert.NotNull(log.Store.Find(id));
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_the_middle_loses_nothing_that_was_synced()
    {
        var medium = new FaultyMedium { Kind = FaultKind.Full };
        await using var log = await new TestLog(Options with { Medium = medium }).OpenAsync();
        medium.FailIf = (what, path) => what == "write" && path.EndsWith(".staged", StringComparison.Ordinal) && new FileInfo(path).Length > 1_400_000;
        await Assert.ThrowsAsync<StorageFullException>(() => BreakOffAsync(log, keep: true));
        await log.AppendManyAsync(1);
        medium.FailIf = null;
        await using var staged = await ResumeAsync(log);
        Assert.InRange(SizeOfLast(staged), 350_000, 699_999);
        await FinishAsync(log, staged);
    }

    [Fact]
    public async Task Leaves_room_for_small_records()
    {
        await using var log = await new TestLog(Options with { StagingReserveBytes = long.MaxValue / 2 }).OpenAsync();
        var refused = await Assert.ThrowsAsync<StorageFullException>(() => BreakOffAsync(log, keep: true));
        Assert.Contains("kept free for small records", refused.Message, StringComparison.Ordinal);
        await log.AppendManyAsync(1);
    }

    [SmallDiskFact]
    public async Task A_real_disk_that_is_full_refuses_large_records_first_and_goes_on_when_there_is_room()
    {
        using var disk = SmallDisk.TryMount(24)!;
        await using var log = await new TestLog(Options with { StagingReserveBytes = 8 << 20, ReserveBytes = 0 }, Path.Combine(disk.Folder, "log")).OpenAsync();
        var folder = new UploadFolder(log.Store);
        await using (var announced = folder.Create(RecordId.New(TimeProvider.System), Label))
            await Assert.ThrowsAsync<StorageFullException>(async () => await announced.BeginPartAsync("c0001", PartRole.Content, 20 << 20, CancellationToken.None));
        folder.Remove(Assert.Single(folder.List()).Record);

        await BreakOffAsync(log, keep: true);
        disk.Fill(butBytes: 4 << 20);
        await Assert.ThrowsAsync<StorageFullException>(() => ResumeAsync(log)); // what is left is for small records
        await log.AppendManyAsync(20, 10_000);
        disk.MakeRoom();
        await log.AppendManyAsync(1);
        await using var resumed = await ResumeAsync(log);
        await FinishAsync(log, resumed);
    }
}

using Evidence.Core.Backups;
using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.Backups;
using Evidence.Tests.Faults;
using Evidence.Tests.Nodes;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Backups;

/// <summary>Backups that do not come to their end, and those that go on with them.</summary>
public sealed class BrokenOffBackupTests
{
    [Fact]
    public async Task A_backup_that_is_cancelled_is_gone_on_with()
    {
        await using var log = await FilledLog.OfAsync(300);
        using var medium = new TestMedium();
        await CancelAsync(log, medium, 150);
        var report = await medium.BackUpAsync(log);
        Assert.True(report.Resumed > 0);
        Assert.True(report.Logs[0].Pieces < report.Logs[0].Volumes);
        Assert.True(medium.SumsHold());
        medium.AssertHolds(log);
    }

    [Fact]
    public async Task Writes_anew_what_a_broken_off_backup_left_that_is_not_what_it_noted()
    {
        await using var log = await FilledLog.OfAsync(300);
        using var medium = new TestMedium();
        await CancelAsync(log, medium, 150);
        var pieces = Directory.EnumerateFiles(medium.At("0001.unfinished"), "v*.tar", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        TestLog.Flip(pieces[0], 600); // of the same length
        var report = await medium.BackUpAsync(log);
        Assert.Equal((pieces.Count - 1, Outcome.Intact), (report.Resumed, report.Outcome));
        Assert.True(medium.SumsHold());
        medium.AssertHolds(log);
    }

    [Fact]
    public async Task Goes_on_with_no_later_piece_of_a_volume_whose_earlier_one_is_not_what_was_noted()
    {
        await using var log = await new TestLog(new LogStoreOptions()).OpenAsync(); // all in one volume
        using var medium = new TestMedium();
        using var other = new TemporaryFolder();
        await File.WriteAllTextAsync(other.At("checkpoint"), "none"); // which ends the backup behind the first log
        for (var run = 0; run < 2; run++)
        {
            await log.AppendManyAsync(20);
            await log.PublishAsync();
            await Assert.ThrowsAsync<StorageException>(() => MediumBackup.RunAsync(medium.Folder, null, [log.Folder, other.Path], false, TimeProvider.System, new Progress<BackupProgress>(), CancellationToken.None));
        }

        var pieces = Directory.EnumerateFiles(medium.At("0001.unfinished"), "v*.tar", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(2, pieces.Count);
        TestLog.Flip(pieces[^1], 600);
        var report = await medium.BackUpAsync(log);
        Assert.Equal((0, Outcome.Intact), (report.Resumed, report.Outcome));
        Assert.True(medium.SumsHold());
        medium.AssertHolds(log);
    }

    [Fact]
    public async Task Leaves_the_last_backup_whole_whichever_step_of_the_next_one_fails()
    {
        await using var log = await FilledLog.OfAsync(30);
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        await log.AppendManyAsync(40);
        await log.PublishAsync();
        var before = medium.Files();
        var failed = 0;
        for (var step = 0; ; step++)
        {
            var faulty = new FaultyMedium { FailAt = step, Kind = step % 2 == 0 ? FaultKind.Full : FaultKind.Failed };
            try
            {
                await medium.BackUpAsync(log, medium: faulty);
                break;
            }
            catch (Exception e) when (e is IOException or StorageException)
            {
                failed++;
                Assert.True(medium.SumsHold());
                var now = medium.Files();
                Assert.All(before, file => Assert.Equal(file.Value, now[file.Key]));
                if (medium.Backups.Count() == 2) break; // it had its name already
            }
        }

        Assert.True(failed > 20, $"{failed} steps");
        await medium.BackUpAsync(log);
        medium.AssertHolds(log);
        Assert.True(medium.SumsHold());
    }

    [SmallDiskFact]
    public async Task Says_that_the_medium_is_full_and_goes_on_when_there_is_room()
    {
        await using var log = await FilledLog.OfAsync(300);
        using var disk = SmallDisk.TryMount(8)!;
        var folder = Path.Combine(disk.Folder, "介质");
        Directory.CreateDirectory(folder);
        Task<BackupReport> BackUpAsync() => MediumBackup.RunAsync(folder, null, [log.Folder], false, TimeProvider.System, new Progress<BackupProgress>(), CancellationToken.None);
        await BackUpAsync();
        await log.AppendAsync(TestLog.Content(1, 600_000));
        await log.AppendAsync(TestLog.Content(2, 600_000));
        await log.PublishAsync();
        disk.Fill(800_000);
        var e = await Assert.ThrowsAsync<StorageFullException>(BackUpAsync);
        Assert.Contains("backup 0001 on it stands, complete up to 300 leaves", e.Message, StringComparison.Ordinal);
        Assert.Single(BackupMedium.Open(folder).Backups);
        disk.MakeRoom();
        var report = await BackUpAsync();
        Assert.Equal((2, 302UL), (report.Number, report.Logs[0].Size));
        Assert.True(report.Resumed > 0);
    }

    private static async Task CancelAsync(TestLog log, TestMedium medium, int steps)
    {
        using var stop = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MediumBackup.RunAsync(medium.Folder, null, [log.Folder], false, TimeProvider.System, new ToldProgress(_ =>
        {
            if (++seen == steps) stop.Cancel();
        }), stop.Token));
        Assert.Empty(medium.Backups);
    }
}

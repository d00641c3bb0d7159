using System.Text;
using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.Backups;
using Evidence.Tests.Faults;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Backups;

public sealed class MediumBackupTests
{
    private static readonly LogStoreOptions SmallVolumes = new() { BufferBytes = 4096, VolumeBytes = 40_000 };

    [Fact]
    public async Task Holds_every_volume_byte_for_byte_and_verifies_with_sha256sum_and_tar_alone()
    {
        await using var log = await FilledAsync(300);
        using var medium = new TestMedium();
        var report = await medium.BackUpAsync(log, label: "一号");
        Assert.Equal((Outcome.Intact, 1, true, "一号"), (report.Outcome, report.Number, report.IsNew, report.Label));
        Assert.Equal((300UL, log.Store.Root), (report.Logs[0].Size, report.Logs[0].Root));
        Assert.True(medium.SumsHold());
        AssertVolumes(log, medium);
        var unpacked = medium.Unpack();
        Assert.Equal(300, Directory.EnumerateFiles(unpacked, "seal-*.json", SearchOption.AllDirectories).Count());
        Assert.NotEmpty(Directory.EnumerateFiles(unpacked, "manifest-sha256.txt", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Writes_only_what_is_new_and_leaves_what_is_there_as_it_is()
    {
        await using var log = await FilledAsync(300);
        using var medium = new TestMedium();
        var first = await medium.BackUpAsync(log);
        var before = medium.Files();
        await log.AppendManyAsync(3);
        await log.PublishAsync();
        var second = await medium.BackUpAsync(log);
        Assert.True(second.Written < first.Written / 10, $"{second.Written} bytes were written");
        Assert.Equal((2, first.Medium, 303UL), (second.Number, second.Medium, second.Logs[0].Size));
        var after = medium.Files();
        Assert.All(before, file => Assert.Equal(file.Value, after[file.Key]));
        Assert.True(medium.SumsHold());
        AssertVolumes(log, medium);
        Assert.Equal(303, Directory.EnumerateFiles(medium.Unpack(), "seal-*.json", SearchOption.AllDirectories).Count());

        var third = await medium.BackUpAsync(log, readBack: true);
        Assert.Equal((2, false, 0L), (third.Number, third.IsNew, third.Written));
        Assert.True(third.ReadBack > 0);
        Assert.Equal(after, medium.Files());
        Assert.Equal(["0001", "0002", "README.txt"], Directory.EnumerateFileSystemEntries(medium.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Copies_no_record_beyond_the_checkpoint_and_goes_on_with_it_at_the_next_backup()
    {
        await using var log = await FilledAsync(20);
        await log.AppendManyAsync(30); // durable, and not yet published: some of them in volumes that are closed already
        using var medium = new TestMedium();
        var report = await medium.BackUpAsync(log);
        Assert.Equal((20UL, Outcome.Intact), (report.Logs[0].Size, report.Outcome));
        Assert.Equal(20, Directory.EnumerateFiles(medium.Unpack(), "seal-*.json", SearchOption.AllDirectories).Count());
        await log.PublishAsync();
        Assert.Equal((50UL, Outcome.Intact), ((await medium.BackUpAsync(log)).Logs[0].Size, report.Outcome));
        AssertVolumes(log, medium);
    }

    [Fact]
    public async Task Backs_up_while_records_are_filed()
    {
        await using var log = await FilledAsync(20);
        using var medium = new TestMedium();
        using var stop = new CancellationTokenSource();
        var filing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await log.AppendAsync(TestLog.Content(i, i % 9 == 4 ? 9000 : 300));
                await log.PublishAsync();
            }
        });
        ulong size = 0;
        for (var i = 0; i < 8; i++)
        {
            var report = await medium.BackUpAsync(log);
            Assert.Empty(report.Logs[0].Findings);
            Assert.True(report.Logs[0].Size >= size);
            size = report.Logs[0].Size;
        }

        await stop.CancelAsync();
        await filing;
        Assert.True(medium.SumsHold());
        await medium.BackUpAsync(log);
        AssertVolumes(log, medium);
    }

    [Fact]
    public async Task Copies_what_is_damaged_as_it_is_says_so_and_copies_it_again_once_it_is_repaired()
    {
        await using var log = await FilledAsync(60);
        TestLog.Flip(log.VolumePath(1), 600);
        using var medium = new TestMedium();
        var damaged = await medium.BackUpAsync(log);
        Assert.Equal(Outcome.Altered, damaged.Outcome);
        Assert.Contains(damaged.Logs[0].Findings, f => f.Code == FindingCodes.PartChanged);
        Assert.True(medium.SumsHold());
        TestLog.Flip(log.VolumePath(1), 600); // repaired
        var repaired = await medium.BackUpAsync(log);
        Assert.Equal((Outcome.Intact, 2), (repaired.Outcome, repaired.Number));
        AssertVolumes(log, medium);
        Assert.True(medium.SumsHold());
    }

    [Fact]
    public async Task Says_so_when_the_disk_gives_other_bytes_for_the_copy_than_were_compared_and_copies_them_again()
    {
        await using var log = await FilledAsync(60);
        using var medium = new TestMedium();
        var seen = 0;
        var report = await MediumBackup.RunAsync(medium.Folder, null, [log.Folder], false, TimeProvider.System, new Told(_ =>
        {
            if (seen++ == 0) TestLog.Flip(log.VolumePath(1), 600); // the walk has read the small volume by now
        }), CancellationToken.None);
        Assert.Equal(FindingCodes.VolumeChanged, Assert.Single(report.Logs[0].Findings).Code);
        Assert.Equal(Outcome.Altered, report.Outcome);
        TestLog.Flip(log.VolumePath(1), 600);
        Assert.Equal(Outcome.Intact, (await medium.BackUpAsync(log)).Outcome);
        AssertVolumes(log, medium);
    }

    [Fact]
    public async Task Says_that_records_are_missing_when_a_volume_is()
    {
        await using var log = await FilledAsync(60);
        File.Move(log.VolumePath(2), log.Folder + "-aside");
        using var medium = new TestMedium();
        var report = await medium.BackUpAsync(log);
        Assert.Contains(report.Logs[0].Findings, f => f is { Code: FindingCodes.SealMissing, Severity: Severity.Error });
        File.Move(log.Folder + "-aside", log.VolumePath(2));
        Assert.Empty((await medium.BackUpAsync(log)).Logs[0].Findings);
        AssertVolumes(log, medium);
    }

    [Theory]
    [InlineData("tile/0/000")]
    [InlineData("tile/0/001")]
    [InlineData("tile/1/000.p/2")]
    public async Task Copies_nothing_while_a_tile_is_not_the_one_that_the_checkpoint_stands_for(string tile)
    {
        await using var log = await FilledAsync(600);
        TestLog.Flip(Path.Combine(log.Folder, tile), 40);
        using var medium = new TestMedium();
        var e = await Assert.ThrowsAsync<StorageException>(() => medium.BackUpAsync(log));
        Assert.Contains("reindex", e.Message, StringComparison.Ordinal);
        Assert.Empty(medium.Backups);
    }

    [Fact]
    public async Task Refuses_a_medium_of_another_log()
    {
        await using var log = await FilledAsync(5);
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        var before = medium.Files();
        using var folder = new Nodes.TemporaryFolder();
        var signer = new LogSigner("evidence.test/other", [.. Enumerable.Range(7, 32).Select(i => (byte)i)]);
        await using (var other = await LogStore.OpenAsync(folder.At("log"), signer.Key.Name, new LogKeyHistory(signer.Key), new LogStoreOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, CancellationToken.None))
            await other.PublishAsync(signer, CancellationToken.None);
        var e = await Assert.ThrowsAsync<BackupException>(() => MediumBackup.RunAsync(medium.Folder, null, [folder.At("log")], false, TimeProvider.System, new Progress<BackupProgress>(), CancellationToken.None));
        Assert.Contains(TestLog.Origin, e.Message, StringComparison.Ordinal);
        Assert.Equal(before, medium.Files());
    }

    [Fact]
    public async Task Refuses_a_medium_with_another_history_of_the_log_and_one_that_is_ahead_of_it()
    {
        await using var one = await FilledAsync(10);
        await using var two = await FilledAsync(12);
        await using var behind = await FilledAsync(9);
        using var medium = new TestMedium();
        await medium.BackUpAsync(one);
        var fork = await Assert.ThrowsAsync<StorageException>(async () => await MediumBackup.RunAsync(medium.Folder, null, [await RenamedAsync(two, one)], false, TimeProvider.System, new Progress<BackupProgress>(), CancellationToken.None));
        Assert.Contains("another history", fork.Message, StringComparison.Ordinal);
        var old = await Assert.ThrowsAsync<StorageException>(async () => await MediumBackup.RunAsync(medium.Folder, null, [await RenamedAsync(behind, one)], false, TimeProvider.System, new Progress<BackupProgress>(), CancellationToken.None));
        Assert.Contains("behind", old.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_folder_that_is_missing_and_one_that_holds_something_else()
    {
        await using var log = await FilledAsync(5);
        using var medium = new TestMedium();
        File.WriteAllText(medium.At("photo.jpg"), "");
        Assert.Contains("photo.jpg", (await Assert.ThrowsAsync<BackupException>(() => medium.BackUpAsync(log))).Message, StringComparison.Ordinal);
        Directory.Delete(medium.Folder, recursive: true);
        await Assert.ThrowsAsync<BackupException>(() => medium.BackUpAsync(log));
    }

    [Theory]
    [InlineData("SHA256SUMS")]
    [InlineData("backup.json")]
    [InlineData("checkpoint")]
    [InlineData("keys.json")]
    [InlineData("tiles.tar")]
    [InlineData("v0000000001.tar")]
    [InlineData("README.txt")]
    public async Task Finds_a_flipped_bit_in_every_kind_of_file_when_it_reads_back_and_writes_nothing_more(string name)
    {
        await using var log = await FilledAsync(60);
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        TestLog.Flip(Directory.EnumerateFiles(medium.Folder, name, SearchOption.AllDirectories).First(), 70);
        var before = medium.Files();
        await log.AppendManyAsync(1);
        await log.PublishAsync();
        var report = await medium.BackUpAsync(log, readBack: true);
        Assert.Equal((Outcome.Altered, false), (report.Outcome, report.IsNew));
        Assert.Contains(report.Findings, f => f.Subject.Contains(name, StringComparison.Ordinal) || f.Subject == "0001");
        Assert.Equal(before, medium.Files());
    }

    [Fact]
    public async Task Finds_a_missing_file_and_a_cut_one_without_reading_back()
    {
        await using var log = await FilledAsync(60);
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        var volume = Directory.EnumerateFiles(medium.Folder, "v0000000002.tar", SearchOption.AllDirectories).Single();
        using (var file = File.OpenWrite(volume)) file.SetLength(file.Length - 512);
        Assert.Contains((await medium.BackUpAsync(log)).Findings, f => f.Code == FindingCodes.VolumeChanged);
        File.Delete(volume);
        Assert.Contains((await medium.BackUpAsync(log)).Findings, f => f.Code == FindingCodes.VolumeMissing);
    }

    [Fact]
    public async Task A_backup_that_is_cancelled_is_gone_on_with()
    {
        await using var log = await FilledAsync(300);
        using var medium = new TestMedium();
        await CancelAsync(log, medium, 150);
        var report = await medium.BackUpAsync(log);
        Assert.True(report.Resumed > 0);
        Assert.True(report.Logs[0].Pieces < report.Logs[0].Volumes);
        Assert.True(medium.SumsHold());
        AssertVolumes(log, medium);
    }

    [Fact]
    public async Task Writes_anew_what_a_broken_off_backup_left_that_is_not_what_it_noted()
    {
        await using var log = await FilledAsync(300);
        using var medium = new TestMedium();
        await CancelAsync(log, medium, 150);
        var pieces = Directory.EnumerateFiles(medium.At("0001.unfinished"), "v*.tar", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        TestLog.Flip(pieces[0], 600); // of the same length
        var report = await medium.BackUpAsync(log);
        Assert.Equal((pieces.Count - 1, Outcome.Intact), (report.Resumed, report.Outcome));
        Assert.True(medium.SumsHold());
        AssertVolumes(log, medium);
    }

    [Fact]
    public async Task Goes_on_with_no_later_piece_of_a_volume_whose_earlier_one_is_not_what_was_noted()
    {
        await using var log = await new TestLog(new LogStoreOptions()).OpenAsync(); // all in one volume
        using var medium = new TestMedium();
        using var other = new Nodes.TemporaryFolder();
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
        AssertVolumes(log, medium);
    }

    [Fact]
    public async Task Leaves_the_last_backup_whole_whichever_step_of_the_next_one_fails()
    {
        await using var log = await FilledAsync(30);
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
        AssertVolumes(log, medium);
        Assert.True(medium.SumsHold());
    }

    [SmallDiskFact]
    public async Task Says_that_the_medium_is_full_and_goes_on_when_there_is_room()
    {
        await using var log = await FilledAsync(300);
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

    [Fact]
    public async Task Copies_what_is_new_of_proof_files_and_all_of_one_that_was_written_anew()
    {
        await using var log = await FilledAsync(5);
        await AddProofAsync(log, "a");
        await AddProofAsync(log, "b");
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        await AddProofAsync(log, "c");
        await medium.BackUpAsync(log);
        Assert.Equal(File.ReadAllBytes(log.Store.Anchors.Path), Anchors(medium));
        Assert.Equal(2, BackupMedium.Open(medium.Folder).Logs.Values.Single().Proofs["anchors"].Count);
        await log.Store.Anchors.RewriteAsync(log.Store.Anchors.State, [.. "adce".Select(c => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes($"{{\"n\":\"{c}\"}}")))], "{}", CancellationToken.None);
        await medium.BackUpAsync(log);
        Assert.Equal(File.ReadAllBytes(log.Store.Anchors.Path), Anchors(medium));
        Assert.True(medium.SumsHold());
    }

    [Fact]
    public async Task The_commands_in_its_README_check_and_unpack_the_medium()
    {
        await using var log = await FilledAsync(60);
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        await log.AppendManyAsync(3);
        await log.PublishAsync();
        await medium.BackUpAsync(log);
        using var place = new Nodes.TemporaryFolder();
        var commands = File.ReadAllLines(medium.At("README.txt")).Select(line => line.Trim()).Where(line => line.EndsWith("done", StringComparison.Ordinal))
            .Select(line => line.Replace("/tmp/out", place.At("out"), StringComparison.Ordinal)).ToList();
        Assert.Equal(3, commands.Count);
        foreach (var command in commands) Assert.Equal(("", 0), Shell(medium.Folder, command));
        Assert.Equal(63, Directory.EnumerateFiles(place.At("out"), "seal-*.json", SearchOption.AllDirectories).Count());

        TestLog.Flip(Directory.EnumerateFiles(medium.At("0002"), "*.tar", SearchOption.AllDirectories).First(), 600);
        Assert.Contains("0002: ALTERED", Shell(medium.Folder, commands[0]).Output, StringComparison.Ordinal);
        TestLog.Flip(Directory.EnumerateFiles(place.At("out"), "c0001", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First(), 10);
        Assert.NotEqual("", Shell(medium.Folder, commands[2]).Output);
    }

    [Fact]
    public async Task Lets_nobody_but_its_owner_read_what_it_writes()
    {
        await using var log = await FilledAsync(20);
        await AddProofAsync(log, "a");
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(medium.Folder, "*", SearchOption.AllDirectories), path => (File.GetUnixFileMode(path) & Others) != 0);
    }

    [Fact]
    public async Task Refuses_a_second_backup_onto_a_medium_that_one_is_under_way_onto()
    {
        await using var log = await FilledAsync(5);
        using var medium = new TestMedium();
        using (new BackupWriter(Evidence.Storage.Durable.DiskMedium.Instance, BackupMedium.Open(medium.Folder)))
            await Assert.ThrowsAsync<DataFolderInUseException>(() => medium.BackUpAsync(log));
        Assert.True((await medium.BackUpAsync(log)).IsNew);
    }

    private static async Task CancelAsync(TestLog log, TestMedium medium, int steps)
    {
        using var stop = new CancellationTokenSource();
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MediumBackup.RunAsync(medium.Folder, null, [log.Folder], false, TimeProvider.System, new Told(_ =>
        {
            if (++seen == steps) stop.Cancel();
        }), stop.Token));
        Assert.Empty(medium.Backups);
    }

    private static (string Output, int Code) Shell(string folder, string command)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", command + " 2>&1"]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, process.ExitCode);
    }

    private static byte[] Anchors(TestMedium medium) => [.. BackupMedium.Open(medium.Folder).Logs.Values.Single().Proofs["anchors"].SelectMany(piece => File.ReadAllBytes(piece.Path))];

    private static Task AddProofAsync(TestLog log, string text) => log.Store.Anchors.AppendAsync(Encoding.UTF8.GetBytes($"{{\"n\":\"{text}\"}}"), CancellationToken.None);

    private static async Task<TestLog> FilledAsync(int count)
    {
        var log = await new TestLog(SmallVolumes).OpenAsync();
        for (var i = 0; i < count; i++) await log.AppendAsync(TestLog.Content(i, i % 9 == 4 ? 9000 : 300)); // the large ones are volumes of their own
        await log.PublishAsync();
        return log;
    }

    /// <summary>The log's files in a folder of the name that another log has.</summary>
    private static async Task<string> RenamedAsync(TestLog log, TestLog as_)
    {
        await log.CloseAsync();
        var folder = Path.Combine(log.Folder, "as", Path.GetFileName(as_.Folder));
        Directory.CreateDirectory(folder);
        Assert.Equal(0, TestMedium.Run("sh", log.Folder, "-c", $"cp -r volumes tile checkpoint log.json proofs '{folder}'"));
        return folder;
    }

    private static void AssertVolumes(TestLog log, TestMedium medium)
    {
        foreach (var volume in log.Store.Volumes)
            Assert.Equal(Digest.Of(File.ReadAllBytes(log.VolumePath(volume.Number)).AsSpan(0, (int)volume.DurableLength)), Digest.Of(medium.Volume(volume.Number)));
    }

    private sealed class Told(Action<BackupProgress> tell) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) => tell(value);
    }
}

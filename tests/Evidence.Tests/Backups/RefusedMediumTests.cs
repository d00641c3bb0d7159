using Evidence.Core.Backups;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.Backups;
using Evidence.Storage.Durable;
using Evidence.Tests.Nodes;
using Evidence.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Backups;

/// <summary>Media that a backup does not write to.</summary>
public sealed class RefusedMediumTests
{
    [Fact]
    public async Task Refuses_a_medium_of_another_log()
    {
        await using var log = await FilledLog.OfAsync(5);
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        var before = medium.Files();
        using var folder = new TemporaryFolder();
        var signer = new LogSigner("evidence.test/other", [.. Enumerable.Range(7, 32).Select(i => (byte)i)]);
        await using (var other = await LogStore.OpenAsync(folder.At("log"), signer.Key.Name, new LogKeyHistory(signer.Key), new LogStoreOptions(), TimeProvider.System, NullLogger.Instance, CancellationToken.None))
            await other.PublishAsync(signer, CancellationToken.None);
        var e = await Assert.ThrowsAsync<BackupException>(() => MediumBackup.RunAsync(medium.Folder, null, [folder.At("log")], false, TimeProvider.System, new Progress<BackupProgress>(), CancellationToken.None));
        Assert.Contains(TestLog.Origin, e.Message, StringComparison.Ordinal);
        Assert.Equal(before, medium.Files());
    }

    [Fact]
    public async Task Refuses_a_medium_with_another_history_of_the_log_and_one_that_is_ahead_of_it()
    {
        await using var one = await FilledLog.OfAsync(10);
        await using var two = await FilledLog.OfAsync(12);
        await using var behind = await FilledLog.OfAsync(9);
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
        await using var log = await FilledLog.OfAsync(5);
        using var medium = new TestMedium();
        File.WriteAllText(medium.At("photo.jpg"), "");
        Assert.Contains("photo.jpg", (await Assert.ThrowsAsync<BackupException>(() => medium.BackUpAsync(log))).Message, StringComparison.Ordinal);
        Directory.Delete(medium.Folder, recursive: true);
        await Assert.ThrowsAsync<BackupException>(() => medium.BackUpAsync(log));
    }

    /// <summary>A medium cut short may have lost both; no later backup names the list of the newest one yet.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Finds_a_file_that_the_list_of_the_newest_backup_no_longer_names(bool isGone)
    {
        await using var log = await FilledLog.OfAsync(60);
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        var sums = medium.At("0001/SHA256SUMS");
        File.WriteAllLines(sums, File.ReadAllLines(sums).Where(static line => !line.EndsWith("v0000000001.tar", StringComparison.Ordinal)));
        if (isGone) File.Delete(Directory.EnumerateFiles(medium.Folder, "v0000000001.tar", SearchOption.AllDirectories).Single());
        await log.AppendManyAsync(3);
        await log.PublishAsync();
        var report = await medium.BackUpAsync(log, readBack: true);
        Assert.Equal((Outcome.Altered, false), (report.Outcome, report.IsNew));
        Assert.Contains(report.Findings, static finding => finding.Subject.EndsWith("v0000000001.tar", StringComparison.Ordinal));
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
        await using var log = await FilledLog.OfAsync(60);
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        TestLog.Flip(Directory.EnumerateFiles(medium.Folder, name, SearchOption.AllDirectories).First(), 70);
        var before = medium.Files();
        await log.AppendManyAsync(1);
        await log.PublishAsync();
        var report = await medium.BackUpAsync(log, readBack: true);
        Assert.Equal((Outcome.Altered, false), (report.Outcome, report.IsNew));
        Assert.Contains(report.Findings, f => f.Subject.Contains(name, StringComparison.Ordinal) || f.Message.Contains(name, StringComparison.Ordinal));
        Assert.Equal(before, medium.Files());
    }

    [Fact]
    public async Task Finds_a_missing_file_and_a_cut_one_without_reading_back()
    {
        await using var log = await FilledLog.OfAsync(60);
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        var volume = Directory.EnumerateFiles(medium.Folder, "v0000000002.tar", SearchOption.AllDirectories).Single();
        using (var file = File.OpenWrite(volume)) file.SetLength(file.Length - 512);
        Assert.Contains((await medium.BackUpAsync(log)).Findings, f => f.Code == FindingCodes.VolumeChanged);
        File.Delete(volume);
        Assert.Contains((await medium.BackUpAsync(log)).Findings, f => f.Code == FindingCodes.VolumeMissing);
    }

    [Fact]
    public async Task Refuses_a_second_backup_onto_a_medium_that_one_is_under_way_onto()
    {
        await using var log = await FilledLog.OfAsync(5);
        using var medium = new TestMedium();
        using (new BackupWriter(DiskMedium.Instance, BackupMedium.Open(medium.Folder)))
            await Assert.ThrowsAsync<DataFolderInUseException>(() => medium.BackUpAsync(log));
        Assert.True((await medium.BackUpAsync(log)).IsNew);
    }

    [Fact]
    public async Task Refuses_a_second_backup_from_the_first_look_at_the_medium_on()
    {
        await using var log = await FilledLog.OfAsync(20);
        using var medium = new TestMedium();
        await medium.BackUpAsync(log);
        await log.AppendManyAsync(3);
        await log.PublishAsync();
        Exception? refused = null;
        var report = await MediumBackup.RunAsync(medium.Folder, null, [log.Folder], readBack: true, TimeProvider.System, new ToldProgress(_ =>
            refused ??= Record.Exception(() => medium.BackUpAsync(log).GetAwaiter().GetResult())), CancellationToken.None); // while the first is still reading back
        Assert.IsType<DataFolderInUseException>(refused);
        Assert.Equal((2, 23UL), (report.Number, report.Logs[0].Size));
        Assert.True(medium.SumsHold());
    }

    /// <summary>Where folders cannot be locked, one that looked at the medium before another came to its end goes no further.</summary>
    [Fact]
    public async Task Goes_not_on_from_a_look_at_the_medium_that_another_backup_has_made_old()
    {
        await using var log = await FilledLog.OfAsync(5);
        using var medium = new TestMedium();
        var old = BackupMedium.Open(medium.Folder);
        await medium.BackUpAsync(log);
        Assert.Throws<DataFolderInUseException>(() => new BackupWriter(DiskMedium.Instance, old));
        Assert.True(medium.SumsHold());
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
}

using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.Backups;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Backups;

/// <summary>What a backup makes of a log that is damaged itself.</summary>
public sealed class DamagedLogBackupTests
{
    [Fact]
    public async Task Copies_what_is_damaged_as_it_is_says_so_and_copies_it_again_once_it_is_repaired()
    {
        await using var log = await FilledLog.OfAsync(60);
        TestLog.Flip(log.VolumePath(1), 600);
        using var medium = new TestMedium();
        var damaged = await medium.BackUpAsync(log);
        Assert.Equal(Outcome.Altered, damaged.Outcome);
        Assert.Contains(damaged.Logs[0].Findings, f => f.Code == FindingCodes.PartChanged);
        Assert.True(medium.SumsHold());
        TestLog.Flip(log.VolumePath(1), 600); // repaired
        var repaired = await medium.BackUpAsync(log);
        Assert.Equal((Outcome.Intact, 2), (repaired.Outcome, repaired.Number));
        medium.AssertHolds(log);
        Assert.True(medium.SumsHold());
    }

    [Fact]
    public async Task Says_so_when_the_disk_gives_other_bytes_for_the_copy_than_were_compared_and_copies_them_again()
    {
        await using var log = await FilledLog.OfAsync(60);
        using var medium = new TestMedium();
        var seen = 0;
        var report = await MediumBackup.RunAsync(medium.Folder, null, [log.Folder], false, TimeProvider.System, new ToldProgress(_ =>
        {
            if (seen++ == 0) TestLog.Flip(log.VolumePath(1), 600); // the walk has read the small volume by now
        }), CancellationToken.None);
        Assert.Equal(FindingCodes.VolumeChanged, Assert.Single(report.Logs[0].Findings).Code);
        Assert.Equal(Outcome.Altered, report.Outcome);
        TestLog.Flip(log.VolumePath(1), 600);
        Assert.Equal(Outcome.Intact, (await medium.BackUpAsync(log)).Outcome);
        medium.AssertHolds(log);
    }

    [Fact]
    public async Task Says_that_records_are_missing_when_a_volume_is()
    {
        await using var log = await FilledLog.OfAsync(60);
        File.Move(log.VolumePath(2), log.Folder + "-aside");
        using var medium = new TestMedium();
        var report = await medium.BackUpAsync(log);
        Assert.Contains(report.Logs[0].Findings, f => f is { Code: FindingCodes.SealMissing, Severity: Severity.Error });
        File.Move(log.Folder + "-aside", log.VolumePath(2));
        Assert.Empty((await medium.BackUpAsync(log)).Logs[0].Findings);
        medium.AssertHolds(log);
    }

    [Theory]
    [InlineData("tile/0/000")]
    [InlineData("tile/0/001")]
    [InlineData("tile/1/000.p/2")]
    public async Task Copies_nothing_while_a_tile_is_not_the_one_that_the_checkpoint_stands_for(string tile)
    {
        await using var log = await FilledLog.OfAsync(600);
        TestLog.Flip(Path.Combine(log.Folder, tile), 40);
        using var medium = new TestMedium();
        var e = await Assert.ThrowsAsync<StorageException>(() => medium.BackUpAsync(log));
        Assert.Contains("reindex", e.Message, StringComparison.Ordinal);
        Assert.Empty(medium.Backups);
    }
}

using System.Text.Json.Nodes;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Monitoring.Heartbeats;
using Evidence.Node.Monitoring.Places;
using Evidence.Storage;
using Evidence.Storage.Sweeping;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Monitor;

/// <summary>A sweep that is cut off is gone on with where it was.</summary>
public sealed class GoingOnTests : SweepTestBase
{
    private string PlacesPath => Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Log.Folder))!, "monitor", "places");

    private protected override void Configure(JsonObject json) => json["volumeBytes"] = 65_536;

    [Fact]
    public async Task Volumes_that_were_found_in_order_before_the_break_are_not_read_again()
    {
        await CutOffAsync();
        var sweep = await SweepAsync(Node);
        Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
        Assert.True(sweep.BytesKept > 0 && sweep.BytesRead < sweep.BytesTotal, $"{sweep.BytesKept} kept, {sweep.BytesRead} read of {sweep.BytesTotal}");
        Assert.Equal(sweep.BytesTotal, sweep.BytesKept + sweep.BytesRead);
        var next = await SweepAsync(Node);
        Assert.Equal((0, next.BytesTotal), (next.BytesKept, next.BytesRead));
        Assert.True(next.Outcome == V1.Outcome.Intact, Describe(next));
    }

    [Fact]
    public async Task Everything_is_read_and_counted_once_when_tiles_or_volumes_differ_after_the_break()
    {
        await CutOffAsync();
        Damage.Flip(VolumeFile, 700); // in a volume that was read before the break
        Damage.Flip(Directory.GetFiles(Path.Combine(Log.Folder, "tile", "0"), "*", SearchOption.AllDirectories)[0], 5);
        var sweep = await SweepAsync(Node);
        Assert.Contains(sweep.Findings, finding => finding.Code == Core.Verification.FindingCodes.PartChanged);
        Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
        Assert.Equal(Node.Logs.All.Sum(log => (long)log.Size), sweep.RecordsKept + sweep.RecordsChecked);
        Assert.Equal((sweep.BytesTotal, 0, 1), (sweep.BytesRead, sweep.BytesKept, sweep.RecordsDamaged));
    }

    [Fact]
    public async Task A_fault_that_cannot_lie_in_volumes_does_not_have_them_read_again()
    {
        await CutOffAsync();
        Damage.Flip(CheckpointFile, 5);
        var pass = await RunAsync(Node.Services.GetRequiredService<SweepBook>().Latest!);
        Assert.Contains(pass.Faults, fault => fault.Cause.StartsWith("checkpoint-damaged", StringComparison.Ordinal));
        Assert.DoesNotContain(Scope.Volumes, pass.Completed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_volume_that_was_cut_off_or_removed_after_the_break_is_seen(bool removed)
    {
        await CutOffAsync();
        if (removed) File.Delete(VolumeFile);
        else Damage.Truncate(VolumeFile, Log.Volumes[0].DurableLength - 512);
        var sweep = await SweepAsync(Node);
        Assert.Contains(Node.Alerts.All, alert => alert.Cause.StartsWith(removed ? "volume-missing" : "volume-damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_open_alert_says_of_volumes_is_looked_at_before_it_closes()
    {
        await CutOffAsync();
        Damage.Flip(VolumeFile, 700);
        await Node.Alerts.OpenAsync($"volumes-mended:{Log.Origin}", Core.Verification.Severity.Warning, Log.Origin, "When the log was opened.", [], CancellationToken.None);
        var sweep = await SweepAsync(Node);
        Assert.Contains(sweep.Findings, finding => finding.Code == Core.Verification.FindingCodes.PartChanged);
    }

    [Fact]
    public async Task An_alert_of_volumes_that_is_opened_while_a_sweep_goes_on_is_not_closed_by_it()
    {
        await CutOffAsync();
        var pass = await RunAsync(Node.Services.GetRequiredService<SweepBook>().Latest!);
        Assert.DoesNotContain(Scope.Volumes, pass.Completed);
        Assert.Contains(Scope.Index, pass.Completed);
    }

    [Fact]
    public async Task A_sweep_that_takes_days_and_is_broken_off_every_day_comes_to_its_end()
    {
        var (places, time) = await PlacesOfManyAsync();
        foreach (var volume in Log.Volumes)
        {
            places.Begin($"sweep-{volume.Number + 1}");
            Keep(places, volume, time);
            time.Advance(TimeSpan.FromHours(20));
        }

        places.Begin("sweep-99");
        Assert.Equal(Log.Volumes.Select(volume => volume.Number), places.Of(Log).Volumes.Select(volume => volume.Number));
    }

    [Theory]
    [InlineData(25)]
    [InlineData(-1)] // a clock that was set back: nobody knows how long ago it was
    public async Task After_a_long_break_everything_is_read_again(int hours)
    {
        var (places, time) = await PlacesOfManyAsync();
        places.Begin("sweep-1");
        Keep(places, Log.Volumes[0], time);
        time.Advance(TimeSpan.FromHours(2));
        Keep(places, Log.Volumes[1], time);
        time.Advance(TimeSpan.FromHours(hours));
        places.Begin("sweep-2");
        Assert.Empty(places.Of(Log).Volumes);
    }

    [Fact]
    public async Task A_heartbeat_does_not_call_checked_since_then_what_was_read_before_the_break()
    {
        await CutOffAsync();
        await SweepAsync(Node);
        var sweep = Node.Services.GetRequiredService<SweepBook>().Latest!;
        Assert.True(sweep.AllSwept && sweep.BytesKept > 0);
        var beat = Heartbeat.Parse(Node.Services.GetRequiredService<HeartbeatMaker>().Make().Text);
        Assert.Equal(sweep.Ended, beat.SweepEnded);
        Assert.True(beat.UncheckedSince < sweep.Started, $"{beat.UncheckedSince} is not before {sweep.Started}");
    }

    [Fact]
    public async Task A_place_that_another_wrote_is_not_believed()
    {
        var path = PlacesPath; // a stopped node has none
        await CutOffAsync(() => Damage.Flip(path, new FileInfo(path).Length - 40, 0x01));
        var sweep = await SweepAsync(Node);
        Assert.Equal((0, sweep.BytesTotal), (sweep.BytesKept, sweep.BytesRead));
        Assert.False(Node.Alerts.All.Single(alert => alert.Cause == "journal-damaged:places").IsOpen); // told, and closed by that sweep
    }

    [Fact]
    public async Task Says_since_when_a_record_may_be_unchecked()
    {
        var places = Node.Services.GetRequiredService<SweepPlaces>();
        var before = places.OldestUnchecked([Log]);
        Assert.True(before <= TimeProvider.System.GetUtcNow());
        await SweepAsync(Node);
        var after = places.OldestUnchecked([Log]);
        Assert.True(after > before, $"{after} is not later than {before}");
        await Network.ArchiveAsync(0, 1);
        Assert.Equal(after, places.OldestUnchecked([Log])); // what came since is younger
    }

    [Fact]
    public async Task A_volume_that_is_missing_and_was_never_read_waits_since_before_it_can_have_begun()
    {
        await Network.ArchiveAsync(0, 60);
        var time = new ManualTime();
        var places = new SweepPlaces(new PlacesFile(Path.Combine(Path.GetDirectoryName(PlacesPath)!, "other-places"), new byte[32]), 0, time, NullLogger<SweepPlaces>.Instance);
        var volumes = Log.Volumes;
        Assert.True(volumes.Count > 2);
        foreach (var volume in volumes.Where(volume => volume.Number != 2)) places.Keep(Log.Origin, new CheckedVolume(volume.Number, volume.DurableLength, volume.Closed, 1, [], EntryPrint.None), DateTimeOffset.MaxValue);
        File.Delete(Path.Combine(Log.Folder, "volumes", "v0000000002.tar"));
        Assert.Equal(Log.VolumeBegan(1), places.OldestUnchecked([Log]));
        File.Delete(Path.Combine(Log.Folder, "volumes", "v0000000001.tar"));
        Assert.Equal(DateTimeOffset.UnixEpoch, places.OldestUnchecked([Log]));
    }

    private async Task<(SweepPlaces Places, ManualTime Time)> PlacesOfManyAsync()
    {
        await Network.ArchiveAsync(0, 60);
        Assert.True(Log.Volumes.Count > 2);
        var time = new ManualTime();
        var path = Path.Combine(Path.GetDirectoryName(PlacesPath)!, "other-places");
        return (new SweepPlaces(new PlacesFile(path, new byte[32]), 0, time, NullLogger<SweepPlaces>.Instance), time);
    }

    private void Keep(SweepPlaces places, VolumeState volume, TimeProvider time)
    {
        places.Of(Log);
        places.Keep(Log.Origin, new CheckedVolume(volume.Number, volume.DurableLength, volume.Closed, 1, [], EntryPrint.None), time.GetUtcNow());
    }

    /// <summary>Reads all volumes of the own log as a sweep does, and ends the node without ending the sweep.</summary>
    private async Task CutOffAsync(Action? whileStopped = null)
    {
        await Network.ArchiveAsync(0, 30);
        await Network.SettleAsync();
        Assert.True(Log.Volumes.Count(volume => volume.Closed) > 1);
        var book = Node.Services.GetRequiredService<SweepBook>();
        var begun = await book.BeginAsync(CancellationToken.None);
        Node.Services.GetRequiredService<SweepPlaces>().Begin(begun.Id);
        await RunAsync(begun);
        await book.EndAsync(begun with { Stage = SweepStage.Failed }, CancellationToken.None); // so that the node does not go on by itself
        await Node.StopAsync();
        whileStopped?.Invoke();
        await Node.StartAsync();
    }

    private Task<LogSweep> RunAsync(SweepState sweep) => Node.Services.GetRequiredService<LogSweeper>().RunAsync(
        Log, true, new SweepPace(0, TimeProvider.System), new SweepProgress(Node.Services.GetRequiredService<SweepBook>(), sweep), true, CancellationToken.None);
}

using System.Text.Json.Nodes;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Monitoring.Places;
using Microsoft.Extensions.DependencyInjection;

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
    public async Task Everything_is_read_when_anything_is_wrong_after_the_break()
    {
        await CutOffAsync();
        var open = Log.Volumes[^1];
        Assert.False(open.Closed);
        Damage.Flip(VolumeFile, 700); // in a volume that was read before the break
        Damage.Flip(Path.Combine(Log.Folder, "checkpoint"), 5);
        var sweep = await SweepAsync(Node);
        Assert.Contains(sweep.Findings, finding => finding.Code == Core.Verification.FindingCodes.PartChanged);
        Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
    }

    [Fact]
    public async Task A_place_that_another_wrote_is_not_believed()
    {
        var path = PlacesPath; // a stopped node has none
        await CutOffAsync(() => Damage.Flip(path, new FileInfo(path).Length - 40, 0x01));
        var sweep = await SweepAsync(Node);
        Assert.Equal((0, sweep.BytesTotal), (sweep.BytesKept, sweep.BytesRead));
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

    /// <summary>Reads all volumes of the own log as a sweep does, and ends the node without ending the sweep.</summary>
    private async Task CutOffAsync(Action? whileStopped = null)
    {
        await Network.ArchiveAsync(0, 30);
        await Network.SettleAsync();
        Assert.True(Log.Volumes.Count(volume => volume.Closed) > 1);
        var book = Node.Services.GetRequiredService<SweepBook>();
        var begun = await book.BeginAsync(CancellationToken.None);
        Node.Services.GetRequiredService<SweepPlaces>().Begin(begun.Id);
        await Node.Services.GetRequiredService<LogSweeper>().RunAsync(Log, true, new SweepPace(0, TimeProvider.System), new SweepProgress(book, begun), true, CancellationToken.None);
        await book.EndAsync(begun with { Stage = SweepStage.Failed }, CancellationToken.None); // so that the node does not go on by itself
        await Node.StopAsync();
        whileStopped?.Invoke();
        await Node.StartAsync();
    }
}

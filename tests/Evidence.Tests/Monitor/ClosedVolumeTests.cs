using System.Text.Json.Nodes;
using Evidence.Core.Verification;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Monitor;

/// <summary>Whole files of closed volumes are exchanged, and grow.</summary>
public sealed class ClosedVolumeTests : SweepTestBase
{
    private string[] Closed => [.. Log.Volumes.Where(volume => volume.Closed).Select(volume => Path.Combine(Log.Folder, "volumes", $"v{volume.Number:D10}.tar"))];

    [Fact]
    public async Task Bytes_after_the_end_of_a_closed_volume_are_cut_off()
    {
        await CloseAsync(1);
        await AssertHealedAsync("volume-damaged", FindingCodes.VolumeChanged, () => File.AppendAllText(Closed[0], new string('x', 3000)), Closed[0]);
    }

    [Fact]
    public async Task Two_volumes_of_different_length_that_were_exchanged_are_both_restored()
    {
        await CloseAsync(2);
        var (first, second) = (Closed[0], Closed[1]);
        Assert.NotEqual(new FileInfo(first).Length, new FileInfo(second).Length);
        byte[][] before = [File.ReadAllBytes(first), File.ReadAllBytes(second)];
        File.Move(first, first + ".x");
        File.Move(second, first);
        File.Move(first + ".x", second);

        var sweep = await SweepAsync(Node);
        Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
        Assert.NotEmpty(sweep.Findings);
        Assert.Equal(before, [File.ReadAllBytes(first), File.ReadAllBytes(second)]);
        Assert.DoesNotContain(Node.Alerts.All, alert => alert.IsOpen);
    }

    private protected override void Configure(JsonObject json) => json["volumeBytes"] = 1 << 16;

    // Volumes of ever larger records, so that they differ in length.
    private async Task CloseAsync(int volumes)
    {
        for (var size = 5_000; Log.Volumes.Count(volume => volume.Closed) < volumes; size += 3_000) await Upload.Of(new byte[size], $"{size}.bin").SendAsync(Node);
        await Network.SettleAsync();
    }
}

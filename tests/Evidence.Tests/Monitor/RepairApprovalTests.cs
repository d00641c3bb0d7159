using System.Text.Json.Nodes;
using Evidence.Cli;
using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Monitor;

/// <summary>A node that repairs only what somebody has approved.</summary>
public sealed class RepairApprovalTests : SweepTestBase
{
    [Fact]
    public async Task Nothing_is_written_before_somebody_approves_and_then_the_sweep_that_follows_does_it()
    {
        var (before, damaged) = (await File.ReadAllBytesAsync(VolumeFile), DamageVolume());
        Assert.Equal(V1.Outcome.Altered, (await SweepAsync(Node)).Outcome);
        await SweepAsync(Node);
        var alert = Assert.Single(Node.Alerts.All);
        Assert.True(alert is { AwaitsApproval: true, IsOpen: true });
        Assert.Contains($"evidence repairs approve {alert.Id}", alert.Message, StringComparison.Ordinal);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(VolumeFile));
        Assert.False(Directory.Exists(Path.Combine(Log.Folder, "quarantine")) && Directory.GetDirectories(Path.Combine(Log.Folder, "quarantine")).Length > 0, "something was touched");

        await Node.Client.Monitor.ApproveRepairAsync(new V1.ApproveRepairRequest { Alert = alert.Id, By = "王芳", Note = "Do it." });
        await Eventually.TrueAsync(() => !Node.Alerts.All[0].IsOpen, "the sweep that was started has repaired it");
        Assert.Equal(before, await File.ReadAllBytesAsync(VolumeFile));
        Assert.Equal("王芳", Node.Alerts.All[0].Approved!.By);
        Assert.NotEmpty(Node.Alerts.All[0].Repair);
    }

    [Fact]
    public async Task An_approval_outlives_a_restart_and_holds_until_the_repair_is_done()
    {
        DamageVolume();
        await SweepAsync(Node);
        await Other.StopAsync();
        await Node.Alerts.ApproveAsync("alert-1", "wang", "", default);
        await Node.StopAsync();
        await Node.StartAsync();
        Assert.True(Node.Alerts.Find("alert-1") is { AwaitsApproval: false, Approved.By: "wang" });
        await SweepAsync(Node);
        Assert.True(Node.Alerts.Find("alert-1") is { AwaitsApproval: false, IsOpen: true }); // it was tried: no copy could be had
        await Other.StartAsync();
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
    }

    [Fact]
    public async Task What_is_damaged_after_the_alert_was_closed_has_to_be_approved_anew()
    {
        DamageVolume();
        await SweepAsync(Node);
        await Node.Alerts.ApproveAsync("alert-1", "wang", "", default);
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
        var damaged = DamageVolume();
        Assert.Equal(V1.Outcome.Altered, (await SweepAsync(Node)).Outcome);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(VolumeFile));
        Assert.True(Node.Alerts.Find("alert-2") is { AwaitsApproval: true, Approved: null });
    }

    [Fact]
    public async Task What_is_found_after_the_approval_has_to_be_approved_too()
    {
        var before = await File.ReadAllBytesAsync(VolumeFile);
        DamageVolume();
        await SweepAsync(Node);
        await Node.Alerts.ApproveAsync("alert-1", "wang", "", default);
        Damage.Flip(VolumeFile, (long)Log.FindLeaf(4)!.Value.Place.Offset + 3);
        var damaged = await File.ReadAllBytesAsync(VolumeFile);
        Assert.Equal(V1.Outcome.Altered, (await SweepAsync(Node)).Outcome);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(VolumeFile));
        Assert.True(Node.Alerts.Find("alert-1") is { AwaitsApproval: true, Approved: null, IsOpen: true });
        await Node.Alerts.ApproveAsync("alert-1", "wang", "", default);
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
        Assert.Equal(before, await File.ReadAllBytesAsync(VolumeFile));
    }

    [Fact]
    public async Task An_approval_of_one_alert_is_none_of_another()
    {
        DamageVolume();
        Damage.Flip(Tile, 40);
        await SweepAsync(Node);
        await Node.Alerts.ApproveAsync(Node.Alerts.FindOpen($"volume-damaged:{Log.Origin}")!.Id, "wang", "", default);
        await SweepAsync(Node);
        Assert.Null(Node.Alerts.FindOpen($"volume-damaged:{Log.Origin}"));
        Assert.True(Node.Alerts.FindOpen($"tiles-damaged:{Log.Origin}") is { AwaitsApproval: true });
    }

    [Fact]
    public async Task The_command_line_lists_what_waits_and_approves_it_by_name()
    {
        DamageVolume();
        await SweepAsync(Node);
        await Other.StopAsync();
        var waiting = Assert.Single((await RunAsync("repairs", "list")).Json["repairs"]!.AsArray())!;
        Assert.True(waiting["awaitsApproval"]!.GetValue<bool>());
        Assert.Equal(ExitCode.Usage, (await RunAsync("repairs", "approve", "alert-1", "--by", "")).Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync("repairs", "approve", "alert-9", "--by", "wang")).Code);
        var approved = await RunAsync("repairs", "approve", "alert-1", "--by", "wang", "--note", "Do it.");
        Assert.Equal((0, "wang"), (approved.Code, approved.Json["approved"]!["by"]!.ToString()));
        Assert.Equal(ExitCode.Usage, (await RunAsync("repairs", "approve", "alert-1", "--by", "wang")).Code);
        Assert.False(Assert.Single((await RunAsync("repairs", "list")).Json["repairs"]!.AsArray())!["awaitsApproval"]!.GetValue<bool>());
    }

    private protected override void Configure(JsonObject json) => json["repair"] = new JsonObject { ["approval"] = "required" };

    private byte[] DamageVolume()
    {
        Damage.Flip(VolumeFile, (long)Log.FindLeaf(2)!.Value.Place.Offset + 3);
        return File.ReadAllBytes(VolumeFile);
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.Of([.. arguments, "--node", Node.Address.AbsoluteUri.TrimEnd('/'), "--json"]);
}

using Evidence.Core.Verification;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Monitor;

public sealed class SweepTests : SweepTestBase
{
    [Fact]
    public async Task Reads_every_byte_of_own_log_and_mirrors_and_finds_nothing_wrong()
    {
        foreach (var node in new[] { Node, Other })
        {
            var sweep = await SweepAsync(node);
            Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
            Assert.Equal(V1.SweepStage.Done, sweep.Stage);
            Assert.Equal(sweep.BytesTotal, sweep.BytesRead);
            Assert.Equal(Records, sweep.RecordsChecked);
            Assert.Empty(sweep.Findings);
            Assert.Empty(node.Alerts.All);
        }
    }

    [Fact]
    public async Task Raises_no_false_alarm_while_records_are_archived()
    {
        using var enough = new CancellationTokenSource();
        var archiving = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested) await Network.ArchiveAsync(0, 1);
        });
        for (var i = 0; i < 10; i++)
        {
            var sweep = await SweepAsync(Node);
            Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
        }
        await enough.CancelAsync();
        await archiving;
        Assert.True(Log.Size > Records);
        Assert.Empty(Node.Alerts.All);
    }

    [Fact]
    public async Task Names_bytes_behind_the_end_of_the_open_volume_and_does_not_call_the_log_intact()
    {
        var end = new FileInfo(VolumeFile).Length;
        Damage.Append(VolumeFile, new byte[700]);
        var sweep = await SweepAsync(Node);
        Assert.True(sweep.Outcome == V1.Outcome.Undetermined, Describe(sweep));
        Assert.Equal((FindingCodes.VolumeUnexpected, $"volume 1, byte {end}"), sweep.Findings.Select(finding => (finding.Code, finding.Subject)).Single());
        Assert.Contains("did not write", Node.Alerts.FindOpen($"volume-tail:{Log.Origin}")!.Message, StringComparison.Ordinal);
        Assert.Equal(end + 700, new FileInfo(VolumeFile).Length); // it may be evidence of something: nothing is touched

        Damage.Truncate(VolumeFile, end);
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
        Assert.False(Assert.Single(Node.Alerts.All).IsOpen);
    }

    [Fact]
    public async Task Does_not_call_bytes_behind_the_end_foreign_when_an_append_failed()
    {
        Log.Failure = "A write failed (test).";
        Damage.Append(VolumeFile, new byte[700]);
        await SweepAsync(Node);
        Assert.Contains("the rest of an append that failed", Node.Alerts.FindOpen($"volume-tail:{Log.Origin}")!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_the_running_sweep_instead_of_starting_another()
    {
        var first = await Node.Client.Monitor.StartSweepAsync(new V1.StartSweepRequest());
        var second = await Node.Client.Monitor.StartSweepAsync(new V1.StartSweepRequest());
        var latest = await SweepAsync(Node);
        Assert.Equal("sweep-1", first.Sweep_);
        Assert.Contains(second.Sweep_, new[] { "sweep-1", "sweep-2" });
        Assert.Equal(V1.SweepStage.Done, latest.Stage);
    }

    [Fact]
    public async Task A_ledger_that_does_not_answer_is_undetermined_and_an_alert_never_a_pass()
    {
        Network.Ledger.Failure = _ => FakeLedger.Unreachable;
        var sweep = await SweepAsync(Node);
        Assert.Equal(V1.Outcome.Undetermined, sweep.Outcome);
        Assert.Contains(sweep.Findings, finding => finding.Code == FindingCodes.LedgerUnreachable);
        Assert.NotNull(Node.Alerts.FindOpen($"ledger-unreachable:{Log.Origin}"));
        Network.Ledger.Failure = null;
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
        Assert.Null(Node.Alerts.FindOpen($"ledger-unreachable:{Log.Origin}"));
    }

    [Fact]
    public async Task An_anchor_that_the_log_never_had_is_altered()
    {
        Network.Ledger.Forge(Node.LogId, 5, Core.Digest.Of("x"u8));
        var sweep = await SweepAsync(Node);
        Assert.Equal(V1.Outcome.Altered, sweep.Outcome);
        Assert.Contains(sweep.Findings, finding => finding.Code == FindingCodes.AnchorChanged);
        Assert.NotNull(Node.Alerts.FindOpen($"ledger-differs:{Log.Origin}"));
    }

    [Fact]
    public async Task An_alert_is_opened_once_and_outlives_a_restart()
    {
        await Other.StopAsync();
        Damage.Flip(VolumeFile, 700);
        await SweepAsync(Node);
        await SweepAsync(Node);
        var alert = Assert.Single(Node.Alerts.All, alert => alert.Cause.StartsWith("volume-damaged", StringComparison.Ordinal));
        await Node.StopAsync();
        await Node.StartAsync();
        Assert.Equivalent(alert, Node.Alerts.FindOpen(alert.Cause), strict: true);
    }

    [Fact]
    public async Task Sweeps_run_by_the_clock_when_the_configuration_says_so()
    {
        await Node.StopAsync();
        Node.Edit(json => json["sweep"] = new System.Text.Json.Nodes.JsonObject { ["everySeconds"] = 1 });
        await Node.StartAsync();
        await Eventually.TrueAsync(() => Node.Services.GetService(typeof(Evidence.Node.Monitoring.SweepBook)) is Evidence.Node.Monitoring.SweepBook { Latest.HasEnded: true }, "a sweep ran by itself");
    }

    [Fact]
    public async Task Sweeps_run_so_often_that_no_record_goes_unchecked_for_too_long()
    {
        await Node.StopAsync();
        Node.Edit(json => json["sweep"] = new System.Text.Json.Nodes.JsonObject { ["maxAgeSeconds"] = 2 });
        await Node.StartAsync();
        await Eventually.TrueAsync(() => Node.Services.GetService(typeof(Evidence.Node.Monitoring.SweepBook)) is Evidence.Node.Monitoring.SweepBook { Latest: { HasEnded: true, Id: not "sweep-1" } }, "two sweeps ran by themselves");
    }

    [Fact]
    public async Task A_sweep_that_cannot_keep_up_is_an_alert()
    {
        await Node.StopAsync();
        var now = TimeOnly.FromTimeSpan(TimeProvider.System.GetLocalNow().TimeOfDay);
        Node.Edit(json => json["sweep"] = new System.Text.Json.Nodes.JsonObject { ["maxAgeSeconds"] = 1, ["hours"] = $"{now.AddHours(6):HH:mm}-{now.AddHours(7):HH:mm}" });
        await Node.StartAsync();
        await Eventually.TrueAsync(() => Node.Alerts.FindOpen("sweep-overdue") is { Message: var message } && message.Contains("maxAgeSeconds", StringComparison.Ordinal), "the alert");
    }

    [Fact]
    public async Task Lists_sweeps_page_by_page_the_newest_first_with_what_was_read()
    {
        for (var i = 0; i < 3; i++) await SweepAsync(Node);
        var first = await Node.Client.Monitor.ListSweepsAsync(new V1.ListSweepsRequest { PageSize = 2 });
        var second = await Node.Client.Monitor.ListSweepsAsync(new V1.ListSweepsRequest { PageSize = 2, PageToken = first.NextPageToken });
        Assert.Equal(["sweep-3", "sweep-2", "sweep-1"], first.Sweeps.Concat(second.Sweeps).Select(sweep => sweep.Sweep_));
        Assert.Empty(second.NextPageToken);
        Assert.All(first.Sweeps, sweep => Assert.Equal(sweep.BytesTotal, sweep.BytesRead));
        Assert.True(first.OldestUncheckedUnixMs >= second.Sweeps[0].StartedUnixMs);
    }

    [Fact]
    public async Task Lists_alerts_page_by_page_the_newest_first()
    {
        for (var i = 0; i < 5; i++) await Node.Alerts.OpenAsync($"test:{i}", Severity.Warning, "", $"Test {i}.", [], CancellationToken.None);
        await Node.Alerts.CloseAsync("test:3", "test", "", CancellationToken.None);
        var first = await Node.Client.Monitor.ListAlertsAsync(new V1.ListAlertsRequest { PageSize = 2, OpenOnly = true });
        var second = await Node.Client.Monitor.ListAlertsAsync(new V1.ListAlertsRequest { PageSize = 2, OpenOnly = true, PageToken = first.NextPageToken });
        Assert.Equal(["test:4", "test:2", "test:1", "test:0"], first.Alerts.Concat(second.Alerts).Select(alert => alert.Cause));
        Assert.Empty(second.NextPageToken);
    }
}

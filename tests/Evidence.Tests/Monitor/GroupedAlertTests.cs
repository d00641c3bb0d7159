using System.Text.Json.Nodes;
using Evidence.Core.Verification;
using Evidence.Tests.Cli;
using Grpc.Core;

namespace Evidence.Tests.Monitor;

/// <summary>Many faults of one cause are one alert.</summary>
public sealed class GroupedAlertTests : SweepTestBase
{
    private const int Damaged = 10;

    [Fact]
    public async Task Faults_in_many_places_are_one_alert_that_closes_when_all_are_mended()
    {
        DamageMany();
        var sweep = await SweepAsync(Node);
        Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
        var alert = Assert.Single(Node.Alerts.All);
        Assert.Equal($"volume-damaged:{Log.Origin}", alert.Cause);
        Assert.False(alert.IsOpen);
        Assert.Equal(2, alert.News); // it was opened, and it was closed
        Assert.True(alert.FindingsTotal >= 5);
        Assert.Equal((5, 5), (sweep.RecordsDamaged, sweep.Repaired));
        Assert.Contains("5 faults were repaired", alert.Repair, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_mended_is_told_once_however_often_it_is_swept()
    {
        DamageMany();
        await Other.StopAsync();
        await SweepAsync(Node);
        var alert = Assert.Single(Node.Alerts.All, alert => alert.Cause.StartsWith("volume-damaged", StringComparison.Ordinal));
        Assert.Contains("5 of them could not be repaired", alert.Message, StringComparison.Ordinal);
        await SweepAsync(Node);
        Assert.Equivalent(alert, Node.Alerts.FindOpen(alert.Cause), strict: true);
        await Other.StartAsync();
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
        Assert.Null(Node.Alerts.FindOpen(alert.Cause));
    }

    [Fact]
    public async Task The_command_line_lists_shows_and_acknowledges()
    {
        DamageMany();
        await Other.StopAsync();
        await SweepAsync(Node);
        var listed = (await RunAsync("alerts", "list", "--open")).Json["alerts"]!.AsArray().Single(a => a!["cause"]!.ToString().StartsWith("volume-damaged", StringComparison.Ordinal))!;
        var name = listed["alert"]!.ToString();
        Assert.Null(listed["acknowledged"]);
        var acknowledged = await RunAsync("alerts", "ack", name, "--by", "王芳", "--note", "The disk is ordered.");
        Assert.Equal((0, "王芳", "open"), (acknowledged.Code, acknowledged.Json["acknowledged"]!["by"]!.ToString(), acknowledged.Json["state"]!.ToString()));
        var shown = await RunAsync("alerts", "show", name, "--findings", "3");
        Assert.Equal(3, shown.Json["findings"]!.AsArray().Count);
        Assert.Equal("The disk is ordered.", shown.Json["acknowledged"]!["note"]!.ToString());
        Assert.Equal(listed["findingsTotal"]!.GetValue<int>(), (await RunAsync("alerts", "show", name, "--findings", "0")).Json["findings"]!.AsArray().Count);
        Assert.Contains("王芳: The disk is ordered.", (await CommandRun.Of("alerts", "--node", Url)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "show", "alert-99")]
    [InlineData(2, "ack", "alert-99", "--by", "wang")]
    [InlineData(2, "ack", "alert-1", "--by", " ")]
    [InlineData(2, "ack", "alert-1", "--by", "wang\u001b[2J")]
    [InlineData(2, "ack", "alert-1")]
    [InlineData(2, "ack", "alert-1", "--by", "wang")]
    public async Task The_command_line_refuses_what_cannot_be(int code, params string[] arguments)
    {
        await Node.Alerts.OpenAsync("test:1", Severity.Warning, "", "One.", [], default);
        await Node.Alerts.CloseAsync("test:1", "a check", "", default);
        Assert.Equal(code, (await RunAsync(["alerts", .. arguments])).Code);
    }

    [Fact]
    public async Task Pages_of_findings_that_were_stated_anew_meanwhile_are_refused()
    {
        var findings = Enumerable.Range(0, 50).Select(at => new Finding(FindingCodes.PartChanged, Severity.Error, Layer.Content, $"c{at}", "It differs.")).ToList();
        var alert = await Node.Alerts.OpenAsync("test:1", Severity.Error, "", "Many.", findings, default);
        var page = await Node.Client.Monitor.ListAlertFindingsAsync(new V1.ListAlertFindingsRequest { Alert = alert.Id, PageSize = 30 });
        Assert.Equal(20, (await Node.Client.Monitor.ListAlertFindingsAsync(new V1.ListAlertFindingsRequest { Alert = alert.Id, PageSize = 30, PageToken = page.NextPageToken })).Findings.Count);
        await Node.Alerts.OpenAsync("test:1", Severity.Error, "", "Fewer.", [.. findings.Skip(5)], default);
        var refused = await Assert.ThrowsAsync<RpcException>(() => Node.Client.Monitor.ListAlertFindingsAsync(
            new V1.ListAlertFindingsRequest { Alert = alert.Id, PageToken = page.NextPageToken }).ResponseAsync);
        Assert.Equal(StatusCode.Aborted, refused.StatusCode);
    }

    private string Url => Node.Address.AbsoluteUri.TrimEnd('/');

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.Of([.. arguments, "--node", Url, "--json"]);

    private protected override void Configure(JsonObject json) => json["volumeBytes"] = 65_536;

    /// <summary>Damages every other record, so that no two damaged ranges touch.</summary>
    private void DamageMany()
    {
        for (ulong leaf = 0; leaf < Damaged; leaf += 2)
        {
            var place = Log.FindLeaf(leaf)!.Value.Place;
            Damage.Zero(Path.Combine(Log.Folder, "volumes", $"v{place.Volume:D10}.tar"), (long)place.Offset, (long)place.Length - 512);
        }
    }
}

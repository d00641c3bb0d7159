using System.Text;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Heartbeats;
using Evidence.Node.Replication;
using Evidence.Tests.Nodes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Monitor.Heartbeats;

public sealed class HeartbeatTests : SweepTestBase
{
    private readonly ManualTime _time = new();
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("evidence/heartbeat/v1\nevidence.test/n1\n1700000000000\n0 none\n1690000000000\n", true)]
    [InlineData("evidence/heartbeat/v1\nevidence.test/n1\n1700000000000\n1699999999000 altered\n1690000000000\n", true)]
    [InlineData("evidence/heartbeat/v2\nevidence.test/n1\n1700000000000\n0 none\n1690000000000\n", false)]
    [InlineData("evidence/heartbeat/v1\nevidence.test/n1\n01700000000000\n0 none\n1690000000000\n", false)]
    [InlineData("evidence/heartbeat/v1\nevidence.test/n1\n-1\n0 none\n1690000000000\n", false)]
    [InlineData("evidence/heartbeat/v1\nevidence.test/n1\n1700000000000\n0 fine\n1690000000000\n", false)]
    [InlineData("evidence/heartbeat/v1\nevidence.test/n1\n1700000000000\n0 none\n1690000000000\nmore\n", false)]
    [InlineData("evidence/heartbeat/v1\nevidence.test/n1\n99999999999999999\n0 none\n1690000000000\n", false)]
    public void Reads_one_form_only(string text, bool isOne)
    {
        if (isOne) Assert.Equal(text, Heartbeat.Parse(text).Text);
        else Assert.Throws<FormatException>(() => Heartbeat.Parse(text));
    }

    [Fact]
    public async Task A_node_states_since_when_its_oldest_unchecked_record_waits_and_how_its_last_whole_sweep_ended()
    {
        var first = Log.FindLeaf(0)!.Value;
        var received = (await Log.ReadRecordAsync(first.Place, default)).Seal!.Received;
        var before = await AskAsync(Node);
        Assert.Equal((Log.Origin, null, Outcome.None, received.ToUnixTimeSeconds()), (before.Origin, before.SweepEnded, before.Outcome, before.UncheckedSince.ToUnixTimeSeconds()));
        await SweepAsync(Node);
        var sweep = Node.Services.GetRequiredService<SweepBook>().Latest!;
        var after = await AskAsync(Node);
        Assert.Equal((sweep.Ended, Outcome.Intact), (after.SweepEnded, after.Outcome));
        Assert.InRange(after.UncheckedSince, sweep.Started, sweep.Ended!.Value);
    }

    [Fact]
    public async Task A_sweep_that_failed_or_did_not_read_everything_does_not_count()
    {
        await SweepAsync(Node);
        var book = Node.Services.GetRequiredService<SweepBook>();
        var whole = book.Latest!;
        foreach (var cut in new[] { whole with { Stage = SweepStage.Failed }, whole with { BytesRead = whole.BytesTotal - 1 }, whole with { Stage = SweepStage.Scan }, whole with { AllSwept = false } })
        {
            book.Update(cut with { Id = $"sweep-{Guid.NewGuid()}", Started = whole.Started.AddHours(1), Ended = whole.Ended!.Value.AddHours(1) });
            Assert.Equal(whole.Ended, (await AskAsync(Node)).SweepEnded);
        }
    }

    [Fact]
    public async Task A_peer_that_falls_silent_is_an_alert_until_it_is_heard_again()
    {
        await Node.StopAsync();
        Node.Edit(json => json["heartbeat"] = new System.Text.Json.Nodes.JsonObject { ["everySeconds"] = 0.1, ["silentAfterSeconds"] = 2 });
        await Node.StartAsync();
        await Other.StopAsync();
        await Eventually.TrueAsync(() => Node.Alerts.FindOpen("heartbeat-absent:node2") is not null, "the silence is an alert");
        await Other.StartAsync();
        await Eventually.TrueAsync(() => Node.Alerts.FindOpen("heartbeat-absent:node2") is null, "a fresh heartbeat closes it");
    }

    [Fact]
    public async Task What_the_peers_key_has_not_signed_what_is_old_and_what_is_of_another_log_is_silence()
    {
        var key = Other.Services.GetRequiredService<LogSigner>();
        Func<SignedNote>[] wrongs =
        [
            () => Beat().SignedBy(new LogSigner(key.Key.Name, new byte[32])),
            () => (Beat() with { Made = _time.GetUtcNow() - TimeSpan.FromMinutes(6) }).SignedBy(key),
            () => (Beat() with { Made = _time.GetUtcNow() + TimeSpan.FromMinutes(6) }).SignedBy(key),
            () => (Beat() with { Origin = Log.Origin }).SignedBy(Node.Services.GetRequiredService<LogSigner>()),
            () => (Beat() with { Origin = "evidence.test/nobody" }).SignedBy(key),
        ];
        foreach (var wrong in wrongs)
        {
            using var alerts = await AlertsAsync();
            var source = new FakeSource { Note = () => wrong().Encode() };
            var check = Check(source, alerts);
            await check.RoundAsync(default);
            Assert.Empty(alerts.All);
            _time.Advance(HeartbeatOptions.Default.SilentAfter);
            await check.RoundAsync(default);
            Assert.NotNull(alerts.FindOpen("heartbeat-absent:peer"));
            source.Note = () => Beat().SignedBy(key).Encode();
            await check.RoundAsync(default);
            Assert.Null(alerts.FindOpen("heartbeat-absent:peer"));
        }
    }

    [Fact]
    public async Task The_heartbeat_of_another_node_is_silence()
    {
        using var alerts = await AlertsAsync();
        var source = new FakeSource { Note = () => Beat().SignedBy(Other.Services.GetRequiredService<LogSigner>()).Encode() };
        var check = Check(source, alerts, "evidence.test/silent");
        _time.Advance(HeartbeatOptions.Default.SilentAfter);
        await check.RoundAsync(default);
        Assert.Contains("not known to be that of this peer", alerts.FindOpen("heartbeat-absent:peer")!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_is_given_some_time_and_told_once()
    {
        using var alerts = await AlertsAsync();
        var check = Check(new FakeSource { Note = () => throw new RpcException(new Status(StatusCode.Unavailable, "test")) }, alerts);
        _time.Advance(HeartbeatOptions.Default.SilentAfter - TimeSpan.FromSeconds(1));
        await check.RoundAsync(default);
        Assert.Empty(alerts.All);
        _time.Advance(TimeSpan.FromSeconds(1));
        await check.RoundAsync(default);
        var alert = Assert.Single(alerts.All);
        _time.Advance(TimeSpan.FromHours(1));
        await check.RoundAsync(default);
        Assert.Equal(alert, Assert.Single(alerts.All));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_hides_no_silence()
    {
        using var alerts = await AlertsAsync();
        var check = Check(new FakeSource { Note = () => throw new RpcException(new Status(StatusCode.Unavailable, "test")) }, alerts);
        _time.SetBack(TimeSpan.FromDays(30));
        _time.Advance(HeartbeatOptions.Default.SilentAfter);
        await check.RoundAsync(default);
        Assert.Single(alerts.All);
    }

    [Fact]
    public async Task A_peer_whose_sweep_is_overdue_is_an_alert_until_it_has_swept()
    {
        using var alerts = await AlertsAsync();
        var (key, within) = (Other.Services.GetRequiredService<LogSigner>(), HeartbeatOptions.Default.SweepWithin);
        var source = new FakeSource { Note = () => Beat().SignedBy(key).Encode() };
        var check = Check(source, alerts);
        await check.RoundAsync(default);
        Assert.Empty(alerts.All);
        source.Note = () => (Beat() with { UncheckedSince = _time.GetUtcNow() - within - TimeSpan.FromSeconds(1) }).SignedBy(key).Encode();
        await check.RoundAsync(default);
        Assert.Contains("No sweep of it has ever", alerts.FindOpen("sweep-overdue:peer")!.Message, StringComparison.Ordinal);
        source.Note = () => (Beat() with { UncheckedSince = _time.GetUtcNow() - within }).SignedBy(key).Encode();
        await check.RoundAsync(default);
        Assert.Null(alerts.FindOpen("sweep-overdue:peer"));
    }

    private Heartbeat Beat() => new(Other.Identity.Origin, _time.GetUtcNow(), null, Outcome.None, _time.GetUtcNow());

    private HeartbeatCheck Check(IHeartbeatSource source, AlertBook alerts, string? origin = null)
    {
        var data = Directory.CreateDirectory(_folder.At(Guid.NewGuid().ToString()));
        data.CreateSubdirectory("monitor");
        var origins = PeerOrigins.Load(data.FullName, ["peer"], alerts);
        origins.Pin("peer", origin ?? Other.Identity.Origin);
        return new(source, Node.Logs, origins, alerts, HeartbeatOptions.Default, _time);
    }

    private Task<AlertBook> AlertsAsync() => AlertBook.LoadAsync(_folder.At(Guid.NewGuid().ToString()), _time, NullLogger<AlertBook>.Instance, default);

    private static async Task<Heartbeat> AskAsync(TestNode node)
    {
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(node.Address.AbsoluteUri);
        var answer = await new V1.HeartbeatService.HeartbeatServiceClient(channel).GetHeartbeatAsync(new V1.GetHeartbeatRequest()).ResponseAsync;
        var note = SignedNote.Parse(answer.Note.Span);
        Assert.True(note.IsSignedBy(VerifierKey.Parse(node.Identity.LogKey)));
        return Heartbeat.Parse(note.Text);
    }

    private sealed class FakeSource : IHeartbeatSource
    {
        internal required Func<string> Note { get; set; }

        public string Name => "peer";

        public Task<ReadOnlyMemory<byte>> GetAsync(CancellationToken ct) => Task.Run<ReadOnlyMemory<byte>>(() => Encoding.UTF8.GetBytes(Note()), ct);
    }
}

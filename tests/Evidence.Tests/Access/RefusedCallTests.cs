using System.Text.Json.Nodes;
using Evidence.Client;
using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Node.Access;
using Evidence.Node.Events;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Access;

/// <summary>What becomes of calls that are not let in: limits, and what is told of them.</summary>
public sealed class RefusedCallTests
{
    private const string Path = "/evidence.v1.ArchiveService/ListRecords";

    [Fact]
    public async Task Are_told_as_events_with_who_what_and_how_often()
    {
        await using var node = await LockedNode.StartAsync(json => { });
        var token = LockedNode.Make(node, "desk", Role.Auditor);
        await node.StopAsync();
        await node.StartAsync();
        using var http = new HttpClient();
        for (var i = 0; i < 12; i++) await BareCall.RefusalAsync(http, node.Address, Path, "Bearer " + token);
        await BareCall.RefusalAsync(http, node.Address, Path, null);
        var journal = node.Services.GetRequiredService<EventJournal>();
        await node.Services.GetRequiredService<RefusalBook>().FlushAsync(CancellationToken.None);
        var told = journal.Pending.Select(entry => entry.Event).Where(one => one.Type == EventTypes.RefusedCall).ToList();
        Assert.Equal([1UL, 9UL], told.Where(one => one.Agent == "desk").Select(one => one.Count)); // the first, and when there were ten
        Assert.All(told, one => Assert.Contains(Path, one.Detail, StringComparison.Ordinal));
        Assert.Contains(told, one => one.Agent == "127.0.0.1" && one.Detail.Contains(nameof(StatusCode.Unauthenticated), StringComparison.Ordinal));
        Assert.DoesNotContain(told, one => one.Detail.Contains(token, StringComparison.Ordinal));
        await node.StopAsync();
        await node.StartAsync();
        var kept = node.Services.GetRequiredService<EventJournal>().Pending.Select(entry => entry.Event).Where(one => one.Type == EventTypes.RefusedCall && one.Agent == "desk");
        Assert.Equal(12UL, kept.Aggregate(0UL, (sum, one) => sum + one.Count)); // what was left over, at the end
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    public async Task Are_told_whatever_text_they_bring_and_so_are_those_that_follow(string shift)
    {
        await using var node = await LockedNode.StartAsync(json => { });
        var token = LockedNode.Make(node, "hall 1", Role.Submitter);
        await node.StopAsync();
        await node.StartAsync();
        await using var client = LockedNode.Connect(node, token);
        var request = new ArchiveRecordRequest { Header = new ArchiveHeader { Submitter = shift + "\n\u001b[2J" + string.Concat(Enumerable.Repeat("😀", 500)) } };
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.Archive.ArchiveRecordAsync(request).ResponseAsync);
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        Assert.InRange(refused.Status.Detail.Length, 1, 300);
        var book = node.Services.GetRequiredService<RefusalBook>();
        book.Note("/m\r\nforged", "half \ud83d", null, StatusCode.PermissionDenied, shift + string.Concat(Enumerable.Repeat("😀", 500)));
        await ToldAsync(node, "hall 1");
        book.Note("/m", "the next", null, StatusCode.PermissionDenied, "no");
        var told = await ToldAsync(node, "the next");
        Assert.All(told, one => Assert.Equal(PlainText.Of(one.Agent + one.Detail), one.Agent + one.Detail));
        Assert.Contains(told, one => one.Agent == "half \ufffd" && one.Detail.EndsWith("😀…", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stay_due_until_they_are_written_down()
    {
        await using var node = await LockedNode.StartAsync(json => { });
        var book = new RefusalBook(node.Services.GetRequiredService<EventRecorder>(), TimeProvider.System, NullLogger<RefusalBook>.Instance);
        foreach (var caller in (string[])["first", "second"]) book.Note("/m", caller, null, StatusCode.PermissionDenied, "no");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => book.FlushAsync(new CancellationToken(canceled: true)));
        await book.FlushAsync(CancellationToken.None);
        Assert.Equal(["first", "second"], Told(node).Select(one => one.Agent));
    }

    private static IReadOnlyList<PreservationEvent> Told(TestNode node) =>
        [.. node.Services.GetRequiredService<EventJournal>().Pending.Select(entry => entry.Event).Where(one => one.Type == EventTypes.RefusedCall)];

    private static async Task<IReadOnlyList<PreservationEvent>> ToldAsync(TestNode node, string agent)
    {
        await Eventually.TrueAsync(() => Told(node).Any(one => one.Agent == agent), $"a refused call of {agent} is told");
        return Told(node);
    }

    [Fact]
    public async Task Cannot_fill_the_log()
    {
        await using var node = await LockedNode.StartAsync(json => { });
        var book = node.Services.GetRequiredService<RefusalBook>();
        for (var i = 0; i < 3 * RefusalBook.MaxKinds; i++) book.Note("/m", $"caller {i}", null, StatusCode.PermissionDenied, "no");
        await book.FlushAsync(CancellationToken.None);
        var told = node.Services.GetRequiredService<EventJournal>().Pending.Select(entry => entry.Event).Where(one => one.Type == EventTypes.RefusedCall).ToList();
        Assert.InRange(told.Count, RefusalBook.MaxKinds, RefusalBook.MaxKinds + 10);
        Assert.Contains(told, one => one.Agent == "many callers");
    }

    [Fact]
    public async Task Come_when_one_caller_makes_too_many_in_a_second_and_others_go_on()
    {
        await using var node = await LockedNode.StartAsync(json => json["limits"] = new JsonObject { ["callsPerSecond"] = 1, ["burst"] = 3 });
        var (busy, calm) = (LockedNode.Make(node, "busy", Role.Archivist), LockedNode.Make(node, "calm", Role.Archivist));
        await node.StopAsync();
        await node.StartAsync();
        using var http = new HttpClient();
        Status? refused = null;
        await Eventually.TrueAsync(async () => (refused = await BareCall.RefusalAsync(http, node.Address, Path, "Bearer " + busy)) is not null, "there are too many calls");
        Assert.Equal(StatusCode.ResourceExhausted, refused!.Value.StatusCode);
        Assert.Contains("busy", refused.Value.Detail, StringComparison.Ordinal);
        Assert.Null(await BareCall.RefusalAsync(http, node.Address, Path, "Bearer " + calm));
        await Eventually.TrueAsync(async () => await BareCall.RefusalAsync(http, node.Address, Path, "Bearer " + busy) is null, "after a while calls are taken again");
    }

    [Fact]
    public async Task Come_when_one_caller_has_too_many_under_way()
    {
        await using var node = await LockedNode.StartAsync(json => json["limits"] = new JsonObject { ["callsAtOnce"] = 2 });
        var token = LockedNode.Make(node, "watcher", Role.Auditor);
        await node.StopAsync();
        await node.StartAsync();
        await using var client = LockedNode.Connect(node, token);
        var watches = Enumerable.Range(0, 3).Select(_ => client.Monitor.WatchAlerts(new WatchAlertsRequest())).ToList();
        var ends = watches.Select(EndAsync).ToList(); // which two are let in is nobody's business
        var ended = await Task.WhenAny(ends).WaitAsync(TimeSpan.FromSeconds(60));
        var refused = await ended;
        Assert.Equal(StatusCode.ResourceExhausted, refused?.StatusCode);
        Assert.NotNull(refused!.Trailers.GetValue("retry-after"));
        watches[(ends.IndexOf(ended) + 1) % watches.Count].Dispose();
        await Eventually.TrueAsync(async () => await RefusalAsync(client) is null, "one has ended");
        foreach (var watch in watches) watch.Dispose();
    }

    private static async Task<RpcException?> EndAsync(AsyncServerStreamingCall<Alert> call)
    {
        try
        {
            while (await call.ResponseStream.MoveNext(default)) { }
            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
    }

    private static async Task<RpcException?> RefusalAsync(EvidenceClient client)
    {
        try
        {
            await client.Monitor.ListSweepsAsync(new ListSweepsRequest());
            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
    }
}

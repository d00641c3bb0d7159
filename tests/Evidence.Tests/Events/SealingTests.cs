using Evidence.Core.Events;
using Evidence.Core.Notes;
using Evidence.Node.Archiving;
using Evidence.Node.Configuration;
using Evidence.Node.Events;
using Evidence.Node.Hosting;
using Evidence.Node.Reindexing;
using Evidence.Tests.Nodes;
using Evidence.Tests.Reindexing;
using Evidence.Tests.Replication;
using Evidence.Tests.Rotating;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Events;

public sealed class SealingTests : SealingTestBase
{
    [Fact]
    public async Task A_sweep_is_one_event_over_all_leaves_and_is_sealed_by_itself()
    {
        await using var node = await TestNode.StartNewAsync(static json => json["events"]!["sealAfterSeconds"] = 0);
        for (var i = 0; i < 3; i++) await Upload.Of([(byte)i]).SendAsync(node);
        await Eventually.TrueAsync(() => node.Logs.Own.Checkpoint is { } note && Checkpoint.Parse(note.Text).Size == 3, "the records are in the checkpoint");
        await TestNetwork.SweepAsync(node);
        await Eventually.TrueAsync(() => node.Logs.Own.Size == 4, "the sweep is sealed");
        var filed = Assert.Single(await DocumentsAsync(node.Logs.Own));
        var told = Assert.Single(filed.Document.Events);
        Assert.Equal((3UL, 1UL, EventTypes.FixityCheck, EventOutcome.Success), (filed.Leaf, filed.Document.Number, told.Type, told.Outcome));
        Assert.Equal((node.LogId, new LeafRange(0, 3)), (told.Objects.Single().Log, told.Objects.Single().Leaves.Single()));
        Assert.StartsWith(node.Identity.Origin, told.Agent, StringComparison.Ordinal);
        Assert.Equal($"node:{node.Identity.Origin}", filed.Record.Seal!.Submitter);
        await Eventually.TrueAsync(() => Journal(node).Pending.Count == 0, "nothing waits");
    }

    [Fact]
    public async Task Each_document_names_the_one_before_it()
    {
        await using var node = await TestNode.StartNewAsync();
        for (var i = 0; i < 3; i++)
        {
            await Upload.Of([(byte)i]).SendAsync(node);
            await RecordAsync(node, Checked(node, 0, 1, $"{i}"));
            await SealAsync(node);
        }

        Assert.Equal([1UL, 2, 3], (await DocumentsAsync(node.Logs.Own)).Select(static filed => filed.Document.Number));
    }

    [Fact]
    public async Task Nothing_is_sealed_twice_when_the_node_is_killed_behind_the_record()
    {
        await using var node = await TestNode.StartNewAsync();
        await RecordAsync(node, Checked(node, 0, 1, "first"), Checked(node, 0, 1, "second"));
        var journal = JournalFiles(node).ToDictionary(static path => path, File.ReadAllBytes);
        await SealAsync(node);
        await node.StopAsync();
        foreach (var (path, bytes) in journal) File.WriteAllBytes(path, bytes); // as a kill between the record and the end of the journal leaves it
        await node.StartAsync();
        Assert.Equal(2, Journal(node).Pending.Count);
        await SealAsync(node);
        await RecordAsync(node, Checked(node, 0, 1, "third"));
        await SealAsync(node);
        Assert.Equal(["first", "second", "third"], (await DocumentsAsync(node.Logs.Own)).SelectMany(static filed => filed.Document.Events).Select(static one => one.Detail));
    }

    [Fact]
    public async Task Only_documents_that_may_say_something_of_a_leaf_are_read_for_it()
    {
        await using var node = await TestNode.StartNewAsync();
        foreach (var leaf in (ulong[])[0, 1])
        {
            await RecordAsync(node, Checked(node, leaf, leaf + 1, $"of leaf {leaf}"));
            await SealAsync(node);
        }

        var trail = new EventTrail(node.Logs.Own);
        Assert.Equal(2UL, (await trail.HeadAsync(CancellationToken.None))!.Document.Number);
        Monitor.Damage.Replace(Assert.Single(Directory.GetFiles(Path.Combine(node.Logs.Own.Folder, "volumes"))), "of leaf 0"u8, "of leaf 2"u8);
        Assert.Equal("of leaf 1", Assert.Single((await ConcerningAsync(1)).Document.Events).Detail);
        await Assert.ThrowsAsync<InvalidDataException>(() => ConcerningAsync(0));

        async Task<FiledDocument> ConcerningAsync(ulong leaf) =>
            await trail.ConcerningAsync(node.LogId, objects => objects.Meet(new LeafRange(leaf, leaf + 1)), 0, node.Logs.Own.Size, CancellationToken.None).SingleAsync();
    }

    [Fact]
    public async Task Of_a_document_with_many_ranges_few_are_remembered_and_none_is_missed()
    {
        await using var node = await TestNode.StartNewAsync();
        var scattered = Checked(node, 0, 1) with { Objects = [new EventObjects(node.LogId, [.. Enumerable.Range(0, 3 * EventTrail.MaxRangesKept).Select(static i => new LeafRange((ulong)i * 10, ((ulong)i * 10) + 1))])] };
        await RecordAsync(node, scattered);
        await SealAsync(node);
        var trail = new EventTrail(node.Logs.Own);
        foreach (var leaf in (ulong[])[0, 10, 470, 950]) Assert.Single(await ConcerningAsync(leaf));
        foreach (var leaf in (ulong[])[1, 475, 951]) Assert.Empty(await ConcerningAsync(leaf));

        async Task<List<FiledDocument>> ConcerningAsync(ulong leaf) =>
            await trail.ConcerningAsync(node.LogId, objects => objects.Meet(new LeafRange(leaf, leaf + 1)), 0, node.Logs.Own.Size, CancellationToken.None).ToListAsync();
    }

    [Fact]
    public async Task A_journal_that_was_damaged_is_an_alert_until_a_sweep_and_nothing_of_it_is_sealed_twice()
    {
        await using var node = await TestNode.StartNewAsync();
        await RecordAsync(node, Checked(node, 0, 1, "first"), Checked(node, 0, 1, "second"));
        var journal = JournalFiles(node).ToDictionary(static path => path, File.ReadAllBytes);
        await SealAsync(node);
        await node.StopAsync();
        foreach (var (path, bytes) in journal) File.WriteAllBytes(path, bytes); // as a kill between the record and the end of the journal leaves it
        Monitor.Damage.Replace(JournalFile(node), "first"u8, "fir\x01t"u8);
        await node.StartAsync();
        await Eventually.TrueAsync(() => node.Alerts.FindOpen("journal-damaged:events.log") is not null, "the damage is an alert");
        await RecordAsync(node, Checked(node, 0, 1, "third"));
        await SealAsync(node);
        var told = (await DocumentsAsync(node.Logs.Own)).SelectMany(static filed => filed.Document.Events).ToList();
        Assert.Equal(["first", "second", "third"], told.Where(static one => one.Type != EventTypes.Recording).Select(static one => one.Detail));
        Assert.Equal(EventOutcome.Failure, Assert.Single(told, static one => one.Type == EventTypes.Recording).Outcome);
        await TestNetwork.SweepAsync(node);
        Assert.Null(node.Alerts.FindOpen("journal-damaged:events.log"));
    }

    [Fact]
    public async Task A_sweep_writes_a_damaged_journal_anew_from_memory()
    {
        await using var node = await TestNode.StartNewAsync();
        await RecordAsync(node, Checked(node, 0, 1, "first"), Checked(node, 0, 1, "second"));
        Monitor.Damage.Replace(JournalFile(node), "first"u8, "fir\x01t"u8);
        await TestNetwork.SweepAsync(node);
        Assert.False(node.Alerts.All.Single(static alert => alert.Cause == "journal-damaged:events.log").IsOpen);
        Assert.Empty(Journal(node).Check());
        await SealAsync(node);
        Assert.Equal(["first", "second"], (await DocumentsAsync(node.Logs.Own)).Single().Document.Events.Select(static one => one.Detail).Take(2));
    }

    [Fact]
    public async Task What_waits_outlives_the_process()
    {
        await using var node = await TestNode.StartNewAsync();
        await RecordAsync(node, Checked(node, 0, 1, "before"));
        await node.StopAsync();
        await node.StartAsync();
        await SealAsync(node);
        Assert.Equal("before", (await DocumentsAsync(node.Logs.Own)).Single().Document.Events.Single().Detail);
    }

    [Fact]
    public async Task The_chain_goes_on_after_a_rotation_a_reindex_and_the_loss_of_the_monitors_folder()
    {
        await using var node = await TestNode.StartNewAsync();
        await RecordAsync(node, Checked(node, 0, 1));
        await SealAsync(node);
        await HandedOn.RotateAsync(node);
        await node.StartAsync();
        await RecordAsync(node, Checked(node, 0, 1));
        await SealAsync(node);
        await node.StopAsync();
        var log = Assert.Single(Directory.GetDirectories(Path.Combine(node.DataFolder, "logs")));
        foreach (var folder in (string[])["index", "tile"]) Directory.Delete(Path.Combine(log, folder), recursive: true);
        Directory.Delete(Path.Combine(node.DataFolder, "monitor"), recursive: true);
        await NodeReindex.RunAsync(NodeOptionsReader.Read(node.Identity.ConfigFile), new NodeSeams(TimeProvider.System, node.Ledger), new Told(static _ => { }), CancellationToken.None);
        await node.StartAsync();
        await RecordAsync(node, Checked(node, 0, 1));
        await SealAsync(node);
        Assert.Equal([1UL, 2, 3], (await DocumentsAsync(node.Logs.Own)).Select(static filed => filed.Document.Number));
    }

    [Fact]
    public async Task Reads_by_one_caller_are_one_event_with_a_count()
    {
        await using var node = await TestNode.StartNewAsync();
        var records = new List<V1.ArchiveResponse>();
        for (var i = 0; i < 3; i++) records.Add(await Upload.Of([(byte)i]).SendAsync(node));
        foreach (var record in records.Take(2))
            for (var times = 0; times < 2; times++)
            {
                await node.Client.ReadContentAsync(record.Record, "c0001", Stream.Null, CancellationToken.None);
                await Recorder(node).FlushReadsAsync(CancellationToken.None);
            }

        await SealAsync(node);
        var told = (await DocumentsAsync(node.Logs.Own)).Single().Document.Events.Single();
        Assert.Equal((EventTypes.Dissemination, 4UL, "127.0.0.1"), (told.Type, told.Count, told.Agent));
        Assert.Equal([new LeafRange(0, 2)], told.Objects.Single().Leaves);
    }

    [Fact]
    public async Task Reads_that_are_not_written_down_yet_are_when_the_node_stops()
    {
        await using var node = await TestNode.StartNewAsync();
        var record = await Upload.Of("x"u8.ToArray()).SendAsync(node);
        await node.Client.ReadContentAsync(record.Record, "c0001", Stream.Null, CancellationToken.None);
        await node.StopAsync();
        await node.StartAsync();
        Assert.Equal(EventTypes.Dissemination, Journal(node).Pending.Single().Event.Type);
    }

    [Fact]
    public async Task Events_wait_while_the_log_takes_nothing()
    {
        await using var node = await TestNode.StartNewAsync(static json => json["events"]!["sealAfterSeconds"] = 0);
        var gate = node.Services.GetRequiredService<AppendGate>();
        gate.Close("test", "The test closed it.");
        await RecordAsync(node, Checked(node, 0, 1));
        await Assert.ThrowsAsync<ArchiveRefusedException>(() => SealAsync(node));
        Assert.Single(Journal(node).Pending);
        gate.Open("test");
        await Eventually.TrueAsync(() => node.Logs.Own.Size == 1, "the event is sealed");
    }

    [Fact]
    public async Task A_chain_that_cannot_be_followed_is_not_begun_anew_and_is_an_alert()
    {
        await using var node = await TestNode.StartNewAsync(static json => json["events"]!["sealAfterSeconds"] = 0);
        await RecordAsync(node, Checked(node, 0, 1, "the first one"));
        await Eventually.TrueAsync(() => node.Logs.Own.Size == 1, "the first event is sealed");
        var volume = Assert.Single(Directory.GetFiles(Path.Combine(node.Logs.Own.Folder, "volumes")));
        await node.StopAsync();
        Monitor.Damage.Replace(volume, "the first one"u8, "the first two"u8);
        await node.StartAsync();
        await RecordAsync(node, Checked(node, 0, 1));
        await Eventually.TrueAsync(() => node.Alerts.FindOpen(EventSealer.Alert) is not null, "the alert is open");
        Assert.Equal(1UL, node.Logs.Own.Size);
        Monitor.Damage.Replace(volume, "the first two"u8, "the first one"u8);
        await Eventually.TrueAsync(() => node.Logs.Own.Size == 2 && node.Alerts.FindOpen(EventSealer.Alert) is null, "the history goes on and the alert is closed");
    }

    [Fact]
    public async Task Nobody_else_files_under_the_name_of_a_node()
    {
        await using var node = await TestNode.StartNewAsync();
        foreach (var name in (string[])["node:evidence.test/node1", "Node:x"])
            Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => Upload.Begun(name).Part(V1.PartRole.Content, "x"u8.ToArray()).SendAsync(node))).StatusCode);
    }

    [Fact]
    public async Task What_does_not_fit_one_document_goes_into_several()
    {
        await using var node = await TestNode.StartNewAsync();
        var scattered = Checked(node, 0, 1) with { Objects = [new EventObjects(node.LogId, [.. Enumerable.Range(0, 100_000).Select(static i => new LeafRange((ulong)i * 2, ((ulong)i * 2) + 1))])] };
        await RecordAsync(node, scattered);
        await SealAsync(node);
        var documents = await DocumentsAsync(node.Logs.Own);
        Assert.True(documents.Count > 1);
        Assert.Equal(scattered.Objects[0].Leaves, documents.SelectMany(static filed => filed.Document.Events).SelectMany(static one => one.Objects.Single().Leaves));
    }
}

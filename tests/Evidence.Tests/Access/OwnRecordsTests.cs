using System.Text.Json.Nodes;
using Evidence.Client;
using Evidence.Core.Events;
using Evidence.Node.Events;
using Evidence.Tests.Cli;
using Evidence.Tests.Nodes;
using Evidence.Tests.Replication;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Access;

/// <summary>A submitter has what it filed itself, and an auditor what nodes sealed of events.</summary>
public sealed class OwnRecordsTests(LockedNode locked) : IClassFixture<LockedNode>
{
    private static readonly byte[] Content = "what was filed"u8.ToArray();

    [Fact]
    public async Task A_submitter_files_in_its_own_name_only()
    {
        await using var client = locked.As(Role.Submitter);
        var own = await FileAsync(client, "");
        Assert.Equal(LockedNode.Name(Role.Submitter), (await client.Archive.GetRecordAsync(new GetRecordRequest { Record = own })).Submitter);
        await FileAsync(client, LockedNode.Name(Role.Submitter));
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => FileAsync(client, "somebody else"))).StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => StreamAsync(client, "somebody else"))).StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => UploadAsync(client, "somebody else"))).StatusCode);
        Assert.Equal((int)StatusCode.PermissionDenied, (await ManyAsync(client, "somebody else")).Refusal.Code);
        Assert.NotEmpty((await ManyAsync(client, "")).Receipt.Record);
    }

    [Theory]
    [InlineData(Role.Submitter)]
    [InlineData(Role.Archivist)]
    public async Task Who_files_by_a_token_does_so_in_the_name_that_the_node_knows(Role role)
    {
        var (token, file) = (Path.Combine(locked.Node.DataFolder, $"{role}.token"), Path.Combine(locked.Node.DataFolder, $"{role}.txt"));
        File.WriteAllText(token, locked.TokenOf(role));
        File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(file, "filed by a token");
        var run = await CommandRun.Of("archive", file, "--token-file", token, "--node", locked.Node.Address.AbsoluteUri, "--json");
        await using var client = locked.As(role);
        var record = await client.Archive.GetRecordAsync(new GetRecordRequest { Record = (string)run.Json["records"]![0]!["record"]! });
        Assert.Equal(LockedNode.Name(role), record.Submitter);
    }

    [Fact]
    public async Task A_submitter_reads_and_verifies_what_it_filed_and_nothing_else()
    {
        await using var client = locked.As(Role.Submitter);
        await using var archivist = locked.As(Role.Archivist);
        var (own, other) = (await FileAsync(client, ""), await FileAsync(archivist, "somebody else"));
        Assert.Equal(Content, await ReadAsync(client, own));
        await client.Verification.VerifyRecordAsync(new VerifyRecordRequest { Record = own });
        await DeniedAsync(() => ReadAsync(client, other));
        await DeniedAsync(() => client.Archive.GetRecordAsync(new GetRecordRequest { Record = other }).ResponseAsync);
        await DeniedAsync(() => client.Verification.VerifyRecordAsync(new VerifyRecordRequest { Record = other }).ResponseAsync);
        var request = new VerifyDigestRequest { Sha256 = ByteString.CopyFrom(System.Security.Cryptography.SHA256.HashData(Content)) };
        var found = (await client.Verification.VerifyDigestAsync(request)).Verdicts.Select(verdict => verdict.Record).ToList();
        Assert.Contains(own, found);
        Assert.DoesNotContain(other, found);
        Assert.Contains(other, (await archivist.Verification.VerifyDigestAsync(request)).Verdicts.Select(verdict => verdict.Record));
        Assert.Equal(Content, await ReadAsync(archivist, own));
    }

    [Fact]
    public async Task A_submitter_has_its_own_uploads_only()
    {
        await using var client = locked.As(Role.Submitter);
        await using var archivist = locked.As(Role.Archivist);
        var (own, other) = (await UploadAsync(client, ""), await UploadAsync(archivist, "somebody else"));
        Assert.Equal([own], (await client.Uploads.ListUploadsAsync(new ListUploadsRequest())).Uploads.Select(upload => upload.Upload));
        await client.Uploads.GetUploadAsync(new GetUploadRequest { Upload = own });
        await DeniedAsync(() => client.Uploads.GetUploadAsync(new GetUploadRequest { Upload = other }).ResponseAsync);
        await DeniedAsync(() => client.Uploads.FinishUploadAsync(new FinishUploadRequest { Upload = other }).ResponseAsync);
        await DeniedAsync(() => client.Uploads.DeleteUploadAsync(new DeleteUploadRequest { Upload = other }).ResponseAsync);
        await client.Uploads.DeleteUploadAsync(new DeleteUploadRequest { Upload = own });
        await archivist.Uploads.DeleteUploadAsync(new DeleteUploadRequest { Upload = other });
    }

    [Fact]
    public async Task An_auditor_reads_what_the_node_sealed_of_events_and_no_other_content()
    {
        await using var auditor = locked.As(Role.Auditor);
        await using var archivist = locked.As(Role.Archivist);
        var record = await FileAsync(archivist, "somebody");
        await ReadAsync(archivist, record);
        await locked.Node.Services.GetRequiredService<EventRecorder>().FlushReadsAsync(CancellationToken.None);
        await locked.Node.Services.GetRequiredService<EventSealer>().SealAsync(CancellationToken.None);
        var told = new List<Event>();
        await foreach (var one in auditor.ListEventsAsync("", "", CancellationToken.None)) told.Add(one);
        var read = told.Last(one => one.Type == "dissemination");
        Assert.Equal(LockedNode.Name(Role.Archivist), read.Agent); // not from where, but who
        Assert.Contains(LockedNode.Name(Role.Archivist), System.Text.Encoding.UTF8.GetString(await ReadAsync(auditor, read.Id.Split('/')[0])), StringComparison.Ordinal);
        await DeniedAsync(() => ReadAsync(auditor, record));
        await auditor.Verification.VerifyRecordAsync(new VerifyRecordRequest { Record = record });
    }

    [Fact]
    public async Task A_submitter_of_the_same_name_at_another_node_is_somebody_else()
    {
        await using var network = await TestNetwork.StartAsync(2, json => json["access"] = new JsonObject { ["anonymous"] = new JsonArray("replica") });
        await using var here = LockedNode.Connect(network[0], LockedNode.Make(network[0], "hall 1", Role.Submitter));
        await using var there = LockedNode.Connect(network[1], LockedNode.Make(network[1], "hall 1", Role.Submitter));
        var own = await Eventually.GetAsync(() => TryFileAsync(here), static record => record.Length > 0, "the node knows the new token");
        var other = await Eventually.GetAsync(() => TryFileAsync(there), static record => record.Length > 0, "the other node knows its new token");
        await network.SettleAsync();
        Assert.NotNull(network.Mirror(0, 1).Find(Core.RecordId.Parse(other)));
        await DeniedAsync(() => here.Archive.GetRecordAsync(new GetRecordRequest { Record = other }).ResponseAsync);
        await DeniedAsync(() => ReadAsync(here, other));
        await DeniedAsync(() => here.Verification.VerifyRecordAsync(new VerifyRecordRequest { Record = other }).ResponseAsync);
        var request = new VerifyDigestRequest { Sha256 = ByteString.CopyFrom(System.Security.Cryptography.SHA256.HashData(Content)) };
        Assert.Equal([own], (await here.Verification.VerifyDigestAsync(request)).Verdicts.Select(verdict => verdict.Record));
        Assert.Equal(Content, await ReadAsync(here, own));
    }

    [Fact]
    public async Task Who_read_is_told_by_the_whole_name_or_by_the_address()
    {
        await using var node = await LockedNode.StartAsync(json => json["anonymous"] = new JsonArray("archivist"));
        string[] names = ["hall:2", "dept:10.0.0.9", "node2.example:7401"];
        var tokens = names.Select(name => LockedNode.Make(node, name, Role.Archivist)).ToList();
        await node.StopAsync();
        await node.StartAsync();
        var record = await FileAsync(node.Client, "somebody");
        foreach (var token in (IEnumerable<string?>)[.. tokens, null])
        {
            await using var client = LockedNode.Connect(node, token);
            Assert.Equal(Content, await ReadAsync(client, record));
        }

        await node.Services.GetRequiredService<EventRecorder>().FlushReadsAsync(CancellationToken.None);
        var readers = node.Services.GetRequiredService<EventJournal>().Pending.Select(entry => entry.Event).Where(one => one.Type == EventTypes.Dissemination).Select(one => one.Agent);
        Assert.Equal(new HashSet<string>([.. names, "127.0.0.1"]), readers.ToHashSet());
    }

    [Fact]
    public async Task Who_acknowledges_is_said_beside_the_name_that_is_stated()
    {
        await locked.Node.Alerts.OpenAsync("acknowledged", Core.Verification.Severity.Info, "", "test", [], CancellationToken.None);
        await using var client = locked.As(Role.Administrator);
        var alert = locked.Node.Alerts.FindOpen("acknowledged")!.Id;
        var acknowledged = await client.Monitor.AcknowledgeAlertAsync(new AcknowledgeAlertRequest { Alert = alert, By = "王", Note = "seen" });
        Assert.Equal($"王 ({LockedNode.Name(Role.Administrator)})", acknowledged.Acknowledged.By);
        Assert.Equal(LockedNode.Name(Role.Administrator), (await client.Monitor.AcknowledgeAlertAsync(new AcknowledgeAlertRequest { Alert = alert, Note = "again" })).Acknowledged.By);
    }

    private static async Task DeniedAsync(Func<Task> call)
    {
        var denied = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(StatusCode.PermissionDenied, denied.StatusCode);
        Assert.Contains("archivist", denied.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task<string> FileAsync(EvidenceClient client, string submitter) => (await client.Archive.ArchiveRecordAsync(Record(submitter))).Record;

    private static async Task<string> TryFileAsync(EvidenceClient client)
    {
        try
        {
            return await FileAsync(client, "");
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
        {
            return "";
        }
    }

    private static ArchiveRecordRequest Record(string submitter) => new()
    {
        Header = new ArchiveHeader { Submitter = submitter },
        Parts = { new WholePart { Header = new PartHeader { Role = PartRole.Content }, Data = ByteString.CopyFrom(Content) } },
    };

    private static async Task StreamAsync(EvidenceClient client, string submitter)
    {
        using var call = client.Archive.Archive();
        await call.RequestStream.WriteAsync(new ArchiveRequest { Header = new ArchiveHeader { Submitter = submitter } });
        await call.RequestStream.CompleteAsync();
        await call.ResponseAsync;
    }

    private static async Task<ArchiveManyResponse> ManyAsync(EvidenceClient client, string submitter)
    {
        using var call = client.Archive.ArchiveMany();
        await call.RequestStream.WriteAsync(new ArchiveManyRequest { Number = 1, Record = Record(submitter) });
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        return call.ResponseStream.Current;
    }

    private static async Task<string> UploadAsync(EvidenceClient client, string submitter) =>
        (await client.Uploads.CreateUploadAsync(new CreateUploadRequest { Header = new ArchiveHeader { Submitter = submitter } })).Upload;

    private static async Task<byte[]> ReadAsync(EvidenceClient client, string record)
    {
        using var call = client.Archive.ReadContent(new ReadContentRequest { Record = record });
        var bytes = new MemoryStream();
        while (await call.ResponseStream.MoveNext(CancellationToken.None)) bytes.Write(call.ResponseStream.Current.Chunk.Span);
        return bytes.ToArray();
    }
}

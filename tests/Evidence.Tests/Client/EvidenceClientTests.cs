using System.Security.Cryptography;
using Evidence.Client;
using Evidence.Core.Verification;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;
using Outcome = Evidence.Core.Verification.Outcome;
using Record = Evidence.V1.Record;

namespace Evidence.Tests.Client;

public sealed class EvidenceClientTests
{
    private static readonly Description Described = new() { Title = "合同" };

    [Fact]
    public async Task An_upload_sends_header_parts_and_chunks_in_order_and_says_how_far_it_is()
    {
        await using var node = await FakeNode.StartAsync();
        var received = new List<ArchiveRequest>();
        node.Archive.OnArchive = async (requests, _) =>
        {
            await foreach (var request in requests.ReadAllAsync())
                received.Add(request);
            return new ArchiveResponse { Record = "r" };
        };
        var (first, second) = (RandomNumberGenerator.GetBytes(1_000_000), RandomNumberGenerator.GetBytes(10));
        var progress = new Steps();
        await using var client = Connect(node);
        var draft = new RecordDraft("clerk", Described, [PartOf(first, PartRole.Content, 0), PartOf([], PartRole.Content, 0), PartOf(second, PartRole.Signature, 1)]);
        Assert.Equal("r", (await client.ArchiveAsync(draft, progress, default)).Record);

        Assert.Equal(("clerk", "合同"), (received[0].Header.Submitter, received[0].Header.Description.Title));
        Assert.Equal([0, 0, 1u], received.Where(r => r.Part is not null).Select(r => r.Part.Of));
        Assert.All(received.Where(r => r.HasChunk), r => Assert.InRange(r.Chunk.Length, 1, 256 * 1024));
        Assert.Equal([first, [], second], Contents(received));
        Assert.Equal(1_000_010, progress.Values[^1]);
        Assert.Equal(progress.Values.Order(), progress.Values);
    }

    [Fact]
    public async Task An_upload_that_the_node_refuses_in_the_middle_ends_with_the_node_s_reason()
    {
        await using var node = await FakeNode.StartAsync();
        node.Archive.OnArchive = async (requests, context) =>
        {
            for (var i = 0; i < 4; i++)
                await requests.MoveNext(context.CancellationToken);
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "HASH_FAILURE"));
        };
        await using var client = Connect(node);
        var endless = new DraftPart(PartRole.Content, [], "", 0, "", () => new Zeros(), 0);
        var e = await Assert.ThrowsAsync<RpcException>(() => client.ArchiveAsync(new RecordDraft("", Described, [endless]), null, default));
        Assert.Equal(new Status(StatusCode.FailedPrecondition, "HASH_FAILURE"), e.Status);
    }

    [Fact]
    public async Task An_upload_whose_file_cannot_be_read_is_broken_off()
    {
        await using var node = await FakeNode.StartAsync();
        var ended = new TaskCompletionSource<Exception?>();
        node.Archive.OnArchive = async (requests, _) =>
        {
            ended.SetResult(await Xunit.Record.ExceptionAsync(async () =>
            {
                while (await requests.MoveNext(default))
                {
                }
            }));
            return new ArchiveResponse();
        };
        await using var client = Connect(node);
        var broken = new DraftPart(PartRole.Content, [], "", 0, "", () => new Zeros(failAfter: 300_000), 0);
        await Assert.ThrowsAsync<IOException>(() => client.ArchiveAsync(new RecordDraft("", Described, [broken]), null, default));
        Assert.NotNull(await ended.Task);
    }

    [Fact]
    public async Task An_upload_is_never_repeated()
    {
        await using var node = await FakeNode.StartAsync();
        var calls = 0;
        node.Archive.OnArchive = (_, _) =>
        {
            calls++;
            throw new RpcException(new Status(StatusCode.Unavailable, "starting"));
        };
        await using var client = Connect(node);
        var e = await Assert.ThrowsAsync<NodeUnreachableException>(() => client.ArchiveAsync(new RecordDraft("", Described, []), null, default));
        Assert.Equal(node.Address, e.Address);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_listing_fetches_page_after_page_and_repeats_what_is_unavailable()
    {
        await using var node = await FakeNode.StartAsync();
        var calls = 0;
        node.Archive.OnList = (request, _) =>
        {
            if (calls++ % 2 == 0)
                throw new RpcException(new Status(StatusCode.Unavailable, "busy"));
            var page = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken);
            var response = new ListRecordsResponse { NextPageToken = page == 2 ? "" : $"{page + 1}" };
            response.Records.Add(new Record { Leaf = (ulong)page * 2 });
            response.Records.Add(new Record { Leaf = ((ulong)page * 2) + 1 });
            return Task.FromResult(response);
        };
        await using var client = Connect(node);
        var leaves = new List<ulong>();
        await foreach (var record in client.ListRecordsAsync("", default))
            leaves.Add(record.Leaf);
        Assert.Equal([0, 1, 2, 3, 4, 5], leaves);
        Assert.Equal(6, calls);
    }

    [Fact]
    public async Task A_node_that_stays_away_is_named()
    {
        var node = await FakeNode.StartAsync();
        var address = node.Address;
        await node.DisposeAsync();
        await using var client = new EvidenceClient(new Uri(address), new EvidenceClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1) });
        var e = await Assert.ThrowsAsync<NodeUnreachableException>(() => client.GetRecordAsync("x", default));
        Assert.Contains(address, e.Message);
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }

    [Fact]
    public async Task An_answer_of_the_node_is_not_repeated()
    {
        await using var node = await FakeNode.StartAsync();
        var calls = 0;
        node.Verification.OnVerify = (_, _) =>
        {
            calls++;
            throw new RpcException(new Status(StatusCode.NotFound, "no such record"));
        };
        await using var client = Connect(node);
        var e = await Assert.ThrowsAsync<RpcException>(() => client.VerifyRecordAsync("x", default));
        Assert.Equal(StatusCode.NotFound, e.StatusCode);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_download_goes_on_where_the_connection_broke()
    {
        await using var node = await FakeNode.StartAsync();
        var content = RandomNumberGenerator.GetBytes(500_000);
        var offsets = new List<long>();
        node.Archive.OnRead = async (request, chunks, _) =>
        {
            offsets.Add(request.Offset);
            for (var at = (int)request.Offset; at < content.Length; at += 100_000)
            {
                if (offsets.Count == 1 && at == 200_000)
                    throw new RpcException(new Status(StatusCode.Unavailable, "going down"));
                await chunks.WriteAsync(new ReadContentResponse { Chunk = ByteString.CopyFrom(content, at, 100_000) });
            }
        };
        await using var client = Connect(node);
        var copy = new MemoryStream();
        await client.ReadContentAsync("r", "c0001", copy, default);
        Assert.Equal(content, copy.ToArray());
        Assert.Equal([0, 200_000], offsets);
    }

    [Fact]
    public async Task A_package_is_not_pieced_together_from_two_answers()
    {
        await using var node = await FakeNode.StartAsync();
        var calls = 0;
        node.Verification.OnPackage = async (_, chunks, _) =>
        {
            if (calls++ == 0)
                throw new RpcException(new Status(StatusCode.Unavailable, "not yet"));
            await chunks.WriteAsync(new GetEvidencePackageResponse { Chunk = ByteString.CopyFrom(1, 2, 3) });
            throw new RpcException(new Status(StatusCode.Unavailable, "going down"));
        };
        await using var client = Connect(node);
        var copy = new MemoryStream();
        var e = await Assert.ThrowsAsync<RpcException>(() => client.DownloadPackageAsync("r", copy, default));
        Assert.Equal(StatusCode.Aborted, e.StatusCode);
        Assert.Equal([1, 2, 3], copy.ToArray());
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task A_verdict_comes_through_with_layers_and_findings()
    {
        await using var node = await FakeNode.StartAsync();
        var record = "0198c1d2-7a3b-7c4d-8e5f-001122334455";
        var stated = new V1.Verdict { Record = record, Whole = V1.Outcome.Altered, ProvenNoLaterThanUnixMs = 1_800_000_000_123 };
        stated.Layers.Add(new LayerVerdict { Layer = "content", Outcome = V1.Outcome.Altered });
        stated.Layers.Add(new LayerVerdict { Layer = "signature", Outcome = V1.Outcome.None });
        stated.Layers.Add(new LayerVerdict { Layer = "ledger", Outcome = (V1.Outcome)99 });
        stated.Findings.Add(new V1.Finding { Code = "E101", Severity = V1.Severity.Error, Layer = "content", Subject = "c0001", Message = "m", Expected = "a" });
        node.Verification.OnVerify = (_, _) => Task.FromResult(stated);
        await using var client = Connect(node);
        var verdict = await client.VerifyRecordAsync(record, default);
        Assert.Equal((record, Outcome.Altered), (verdict.Record.ToString(), verdict.Whole));
        Assert.Equal(Outcome.Altered, verdict.Layers[Layer.Content]);
        Assert.Equal(Outcome.None, verdict.Layers[Layer.Signature]);
        Assert.Equal(Outcome.Undetermined, verdict.Layers[Layer.Ledger]);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123), verdict.ProvenNoLaterThan);
        Assert.Equal(("E101", "a", null), (verdict.Findings[0].Code, verdict.Findings[0].Expected, verdict.Findings[0].Actual));
        stated.Layers[0].Layer = "colour";
        await Assert.ThrowsAsync<FormatException>(() => client.VerifyRecordAsync(record, default));
    }

    private static EvidenceClient Connect(FakeNode node)
        => new(new Uri(node.Address), new EvidenceClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1) });

    private static DraftPart PartOf(byte[] content, PartRole role, uint of)
        => new(role, "文件"u8.ToArray(), "text/plain", of, "", () => new MemoryStream(content), content.Length);

    private static List<byte[]> Contents(IEnumerable<ArchiveRequest> requests)
    {
        var parts = new List<byte[]>();
        foreach (var request in requests)
        {
            if (request.Part is not null)
                parts.Add([]);
            if (request.HasChunk)
                parts[^1] = [.. parts[^1], .. request.Chunk];
        }
        return parts;
    }

    private sealed class Steps : IProgress<long>
    {
        public List<long> Values { get; } = [];

        public void Report(long value) => Values.Add(value);
    }

    /// <summary>Endless content, or content that fails.</summary>
    private sealed class Zeros(long failAfter = long.MaxValue) : MemoryStream
    {
        private long _read;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _read += buffer.Length;
            return _read > failAfter ? throw new IOException("unreadable sector") : ValueTask.FromResult(buffer.Length);
        }
    }
}

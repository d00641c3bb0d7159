using System.Security.Cryptography;
using System.Text;
using Evidence.Client;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Tests.Client;

/// <summary>How the client files small records, one and many.</summary>
public sealed class FilingTests
{
    [Fact]
    public async Task A_small_record_of_known_size_goes_as_one_message()
    {
        await using var node = await FakeNode.StartAsync();
        ArchiveRecordRequest? received = null;
        node.Archive.OnWhole = (request, _) =>
        {
            received = request;
            return Task.FromResult(new ArchiveResponse { Record = "r" });
        };
        await using var client = new EvidenceClient(node.Address);
        var (content, signature) = (RandomNumberGenerator.GetBytes(10_000), RandomNumberGenerator.GetBytes(70));
        var draft = new RecordDraft("clerk", new Description { Title = "合同" }, [PartOf(content), PartOf(signature, PartRole.Signature, 1)]);
        Assert.Equal("r", (await client.ArchiveAsync(draft, null, default)).Record);
        Assert.Equal(("clerk", "合同"), (received!.Header.Submitter, received.Header.Description.Title));
        Assert.Equal([content, signature], received.Parts.Select(p => p.Data.ToByteArray()));
        Assert.Equal((1u, PartRole.Signature, 70L), (received.Parts[1].Header.Of, received.Parts[1].Header.Role, received.Parts[1].Header.Size));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task A_file_that_changed_its_size_meanwhile_is_not_sent(int difference)
    {
        await using var node = await FakeNode.StartAsync();
        await using var client = new EvidenceClient(node.Address);
        var part = PartOf(new byte[100]) with { Size = 100 + difference };
        var e = await Assert.ThrowsAsync<IOException>(() => client.ArchiveAsync(new RecordDraft("", new Description(), [part]), null, default));
        Assert.Contains("changed meanwhile", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_records_get_each_its_own_outcome_whatever_the_order_of_answers()
    {
        await using var node = await FakeNode.StartAsync();
        node.Archive.OnMany = async (requests, responses, _) =>
        {
            var held = new List<ArchiveManyRequest>();
            await foreach (var request in requests.ReadAllAsync()) held.Add(request);
            held.Reverse();
            foreach (var request in held) await responses.WriteAsync(Answer(request));
        };
        node.Archive.OnArchive = async (requests, _) =>
        {
            while (await requests.MoveNext(default))
            {
            }
            return new ArchiveResponse { Record = "streamed" };
        };
        await using var client = new EvidenceClient(node.Address);
        var outcomes = new Dictionary<string, ArchiveOutcome>();
        await foreach (var outcome in client.ArchiveManyAsync(Drafts(100), default)) Assert.True(outcomes.TryAdd(outcome.Draft.Submitter, outcome));
        Assert.Equal(100, outcomes.Count);
        for (var i = 0; i < 100; i++)
        {
            var outcome = outcomes[$"{i}"];
            if (i % 10 == 3) Assert.IsType<FileNotFoundException>(outcome.Failure);
            else if (i % 10 == 5) Assert.Equal(new Status(StatusCode.FailedPrecondition, $"not {i}"), Assert.IsType<RpcException>(outcome.Failure).Status);
            else Assert.Equal(i % 10 == 7 ? "streamed" : $"record {i}", outcome.Receipt?.Record);
        }
    }

    [Fact]
    public async Task A_node_that_goes_away_ends_the_filing_and_is_named()
    {
        await using var node = await FakeNode.StartAsync();
        node.Archive.OnMany = async (requests, responses, _) =>
        {
            await requests.MoveNext(default);
            await responses.WriteAsync(Answer(requests.Current));
            throw new RpcException(new Status(StatusCode.Unavailable, "going down"));
        };
        await using var client = new EvidenceClient(node.Address);
        var received = 0;
        var e = await Assert.ThrowsAsync<NodeUnreachableException>(async () =>
        {
            await foreach (var outcome in client.ArchiveManyAsync(Drafts(1_000), default)) received += outcome.Receipt is null ? 0 : 1;
        });
        Assert.Equal(node.Address, e.Address);
        Assert.InRange(received, 0, 1);
    }

    [Fact]
    public async Task A_stream_that_ends_before_all_is_answered_is_an_error()
    {
        await using var node = await FakeNode.StartAsync();
        node.Archive.OnMany = async (requests, _, _) =>
        {
            while (await requests.MoveNext(default))
            {
            }
        };
        await using var client = new EvidenceClient(node.Address);
        var e = await Assert.ThrowsAsync<RpcException>(async () => await client.ArchiveManyAsync(Drafts(3), default).ToListAsync());
        Assert.Contains("unanswered", e.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_stops_taking_outcomes_ends_the_filing()
    {
        await using var node = await FakeNode.StartAsync();
        var ended = new TaskCompletionSource();
        node.Archive.OnMany = async (requests, responses, _) =>
        {
            try
            {
                await foreach (var request in requests.ReadAllAsync()) await responses.WriteAsync(Answer(request));
            }
            finally
            {
                ended.SetResult();
            }
        };
        await using var client = new EvidenceClient(node.Address);
        await foreach (var outcome in client.ArchiveManyAsync(Drafts(int.MaxValue), default))
            if (outcome.Receipt is not null) break;
        await ended.Task;
    }

    [Fact]
    public async Task A_source_that_pauses_keeps_nothing_back_that_it_has_given()
    {
        await using var node = await FakeNode.StartAsync();
        node.Archive.OnMany = async (requests, responses, _) =>
        {
            await foreach (var request in requests.ReadAllAsync()) await responses.WriteAsync(Answer(request));
        };
        await using var client = new EvidenceClient(node.Address);
        var answered = new SemaphoreSlim(0);
        var received = 0;
        await foreach (var outcome in client.ArchiveManyAsync(OneAfterTheOther(), default))
        {
            Assert.Null(outcome.Failure);
            received++;
            answered.Release();
        }
        Assert.Equal(5, received);

        async IAsyncEnumerable<RecordDraft> OneAfterTheOther()
        {
            for (var i = 0; i < 5; i++)
            {
                yield return new RecordDraft($"{i}", new Description(), [PartOf("1"u8.ToArray())]);
                await answered.WaitAsync();
            }
        }
    }

    [Fact]
    public async Task A_source_that_fails_is_why_the_filing_ends_once_what_it_gave_is_filed()
    {
        await using var node = await FakeNode.StartAsync();
        var received = 0;
        node.Archive.OnMany = async (requests, responses, _) =>
        {
            await foreach (var request in requests.ReadAllAsync())
            {
                received++;
                await responses.WriteAsync(Answer(request));
            }
        };
        await using var client = new EvidenceClient(node.Address);
        var e = await Assert.ThrowsAsync<InvalidOperationException>(async () => await client.ArchiveManyAsync(Failing(), default).ToListAsync());
        Assert.Equal("no more", e.Message);
        Assert.Equal(3, received);

        static async IAsyncEnumerable<RecordDraft> Failing()
        {
            for (var i = 0; i < 3; i++) yield return new RecordDraft($"{i}", new Description(), [PartOf("1"u8.ToArray())]);
            await Task.CompletedTask;
            throw new InvalidOperationException("no more");
        }
    }

    [Fact]
    public async Task Many_records_of_all_small_sizes_come_whole()
    {
        await using var node = await FakeNode.StartAsync();
        node.Archive.OnMany = async (requests, responses, _) =>
        {
            await foreach (var request in requests.ReadAllAsync())
            {
                var digest = Convert.ToHexStringLower(SHA256.HashData([.. request.Record.Parts.SelectMany(p => p.Data)]));
                await responses.WriteAsync(new ArchiveManyResponse { Number = request.Number, Receipt = new ArchiveResponse { Record = digest } });
            }
        };
        await using var client = new EvidenceClient(node.Address);
        var random = new Random(7);
        int[] sizes = [1, (1 << 20) - 1, 1 << 20, .. Enumerable.Range(0, 200).Select(_ => random.Next(1, 1 << random.Next(1, 20)))];
        var drafts = sizes.Select(size => RandomNumberGenerator.GetBytes(size)).Select(content => (Content: content, Cut: random.Next(content.Length))).Select(c => new RecordDraft(
            Convert.ToHexStringLower(SHA256.HashData(c.Content)), new Description(), c.Cut == 0 ? [PartOf(c.Content)] : [PartOf(c.Content[..c.Cut]), PartOf(c.Content[c.Cut..])]));
        var filed = 0;
        await foreach (var outcome in client.ArchiveManyAsync(drafts.ToAsyncEnumerable(), default))
        {
            Assert.Equal(outcome.Draft.Submitter, outcome.Receipt?.Record);
            filed++;
        }
        Assert.Equal(sizes.Length, filed);
    }

    // Of each ten one cannot be read, one is refused, and one has no known size.
    private static async IAsyncEnumerable<RecordDraft> Drafts(int count)
    {
        await Task.Yield();
        for (var i = 0; i < count; i++)
        {
            var part = PartOf(Encoding.UTF8.GetBytes($"{i}"));
            if (i % 10 == 3) part = part with { Open = () => File.OpenRead("/no-such-file") };
            if (i % 10 == 7) part = part with { Size = 0 };
            yield return new RecordDraft($"{i}", new Description(), [part]);
        }
    }

    private static ArchiveManyResponse Answer(ArchiveManyRequest request)
    {
        var i = int.Parse(request.Record.Parts[0].Data.ToStringUtf8());
        return i % 10 == 5
            ? new ArchiveManyResponse { Number = request.Number, Refusal = new RecordRefusal { Code = (int)StatusCode.FailedPrecondition, Message = $"not {i}" } }
            : new ArchiveManyResponse { Number = request.Number, Receipt = new ArchiveResponse { Record = $"record {i}" } };
    }

    private static DraftPart PartOf(byte[] content, PartRole role = PartRole.Content, uint of = 0)
        => new(role, "文件"u8.ToArray(), "text/plain", of, "", () => new MemoryStream(content), content.Length);
}

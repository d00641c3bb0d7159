using System.Text;
using Evidence.Core;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;
using static Evidence.Tests.Nodes.RecordStreamCall;

namespace Evidence.Tests.Archiving;

/// <summary>Records that come as one message each.</summary>
public sealed class WholeRecordTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartNewAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private async Task<byte[]> ReadAsync(string record)
    {
        using var content = new MemoryStream();
        await _node.Client.ReadContentAsync(record, "c0001", content, CancellationToken.None);
        return content.ToArray();
    }

    [Fact]
    public async Task Gives_back_a_record_that_came_as_one_message()
    {
        var request = Record("one"u8.ToArray(), "通知.txt", "林档案");
        request.Header.Description = new Description { Title = "关于归档的通知", Fields = { ["责任者"] = "办公室" } };
        var receipt = await _node.Client.Archive.ArchiveRecordAsync(request);
        Assert.Equal((AnchorState.Sealed, "NONE", 0UL, "evidence.test/node1"), (receipt.State, receipt.Signature, receipt.Leaf, receipt.Log));
        var record = await _node.Client.GetRecordAsync(receipt.Record, CancellationToken.None);
        Assert.Equal((receipt.SealSha256, receipt.ReceivedUnixMs, "林档案"), (record.SealSha256, record.ReceivedUnixMs, record.Submitter));
        Assert.Equal(Digest.Of(record.Seal.Span).ToArray(), receipt.SealSha256.ToByteArray());
        Assert.Equal(request.Header.Description, record.Description);
        Assert.Equal(("通知.txt", 3L), (record.Parts[0].FileName.ToStringUtf8(), record.Parts[0].Size));
        Assert.Equal("one"u8.ToArray(), await ReadAsync(receipt.Record));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData((1 << 20) + 1)]
    [InlineData(4_100_000)]
    public async Task Takes_a_whole_record_of_any_size_that_a_message_has(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        var receipt = await _node.Client.Archive.ArchiveRecordAsync(Record(content));
        Assert.Equal(content, await ReadAsync(receipt.Record));
    }

    [Fact]
    public async Task Answers_each_record_of_a_stream_under_its_own_number()
    {
        using var call = new RecordStreamCall(_node);
        for (var i = 0; i < 300; i++) await call.SendAsync((ulong)(i * 7), Record(Encoding.UTF8.GetBytes($"content {i}")));
        var answers = await call.RestAsync();
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (ulong)(i * 7)), answers.Keys.Order());
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (ulong)i), answers.Values.Select(a => a.Receipt.Leaf).Order());
        for (var i = 0; i < 300; i += 37) Assert.Equal($"content {i}", Encoding.UTF8.GetString(await ReadAsync(answers[(ulong)(i * 7)].Receipt.Record)));
    }

    [Fact]
    public async Task Answers_in_the_order_of_the_records_though_some_are_refused_at_once_and_others_wait_for_the_medium()
    {
        using var call = new RecordStreamCall(_node);
        for (ulong i = 0; i < 60; i++) await call.SendAsync(i, i % 2 == 0 ? Record(new byte[2000]) : null);
        await call.CompleteAsync();
        var order = new List<ulong>();
        while (await call.NextAsync() is { } answer) order.Add(answer.Number);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (ulong)i), order);
    }

    [Fact]
    public async Task Leaves_the_meaning_of_numbers_to_the_client()
    {
        using var call = new RecordStreamCall(_node);
        await call.SendAsync(5, Record([1]));
        var first = await call.NextAsync();
        await call.SendAsync(5, Record([2]));
        var second = await call.NextAsync();
        Assert.Equal((5UL, 5UL), (first!.Number, second!.Number));
        Assert.Equal([2], await ReadAsync(second.Receipt.Record));
    }

    public static TheoryData<string, string> WrongRecords => new()
    {
        { "no record", "no header" },
        { "no part header", "part of the record has no header" },
        { "no parts", "no content part" },
        { "no submitter", "names no submitter" },
        { "too short", "incomplete" },
        { "too long", "has more" },
        { "name is path", "name alone" },
        { "metadata", "made by the node" },
        { "signature of nothing", "0 of those came before it" },
        { "signature too large", "more than 1048576 bytes" },
        { "type of content", "Only a signature part has a type" },
    };

    private static ArchiveRecordRequest? Wrong(string what)
    {
        var good = Record([1, 2]);
        switch (what)
        {
            case "no record": return null;
            case "no part header": good.Parts.Add(new WholePart()); return good;
            case "no parts": good.Parts.Clear(); return good;
            case "no submitter": return Record([1], submitter: " ");
            case "too short": return Record([1, 2], size: 3);
            case "too long": return Record([1, 2], size: 1);
            case "name is path": return Record([1], "../x");
            case "metadata": good.Parts.Add(Part(PartRole.Metadata, [1])); return good;
            case "signature of nothing": good.Parts.Insert(0, Part(PartRole.Signature, [1], of: 1, type: "cms")); return good;
            case "signature too large": good.Parts.Add(Part(PartRole.Signature, new byte[(1 << 20) + 1], of: 1, type: "cms")); return good;
            case "type of content": good.Parts[0].Header.Type = "cms"; return good;
            default: throw new ArgumentOutOfRangeException(nameof(what));
        }
    }

    [Theory]
    [MemberData(nameof(WrongRecords))]
    public async Task Refuses_a_wrong_record_says_why_and_goes_on_with_the_next(string what, string message)
    {
        using var call = new RecordStreamCall(_node);
        await call.SendAsync(1, Record([1]));
        await call.SendAsync(2, Wrong(what));
        await call.SendAsync(3, Record([3]));
        var answers = await call.RestAsync();
        Assert.Equal((int)StatusCode.InvalidArgument, answers[2].Refusal.Code);
        Assert.Contains(message, answers[2].Refusal.Message, StringComparison.Ordinal);
        Assert.Equal([3], await ReadAsync(answers[3].Receipt.Record));
        Assert.Equal(2UL, _node.Logs.Own.Size);

        if (Wrong(what) is not { } alone) return;
        var status = (await Assert.ThrowsAsync<RpcException>(async () => await _node.Client.Archive.ArchiveRecordAsync(alone))).Status;
        Assert.Equal((StatusCode.InvalidArgument, answers[2].Refusal.Message), (status.StatusCode, status.Detail));
    }

    [Fact]
    public async Task Answers_what_it_took_before_a_message_that_is_too_large()
    {
        using var call = new RecordStreamCall(_node);
        await call.SendAsync(1, Record([1]));
        await Eventually.TrueAsync(() => _node.Logs.Own.Size == 1, "the first record is stored");
        try
        {
            await call.SendAsync(2, Record(new byte[5 << 20]));
        }
        catch (RpcException)
        {
            // The node ended the stream before it had all of it; the answers end with the reason.
        }
        Assert.Equal(1UL, (await call.NextAsync())!.Number);
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(call.NextAsync)).StatusCode);
    }

    [Fact]
    public async Task Sends_a_receipt_only_when_the_record_is_in_the_durable_part_of_its_volume()
    {
        using var call = new RecordStreamCall(_node);
        for (ulong i = 0; i < 50; i++)
        {
            await call.SendAsync(i, Record([1, 2, 3]));
            var receipt = (await call.NextAsync())!.Receipt;
            var place = _node.Logs.Own.Find(RecordId.Parse(receipt.Record))!;
            Assert.True(_node.Logs.Own.Size > receipt.Leaf);
            Assert.InRange(place.Offset + place.Length, 1UL, (ulong)_node.Logs.Own.Volumes.Single(v => v.Number == place.Volume).DurableLength);
        }
    }

    [Fact]
    public async Task Stops_reading_while_the_writer_is_held_up_and_answers_everything_afterwards()
    {
        const int plenty = 40;
        var megabyte = new byte[1 << 20];
        using var call = new RecordStreamCall(_node);
        await _node.Logs.Own.Gate.WaitAsync();
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            for (; sent < plenty; sent++) await call.SendAsync((ulong)sent, Record(megabyte));
        });
        await RestsAsync(() => Volatile.Read(ref sent));
        Assert.InRange(sent, 1, plenty - 8);
        Assert.Equal(0UL, _node.Logs.Own.Size);
        _node.Logs.Own.Gate.Release();
        await sending;
        var answers = await call.RestAsync();
        Assert.Equal(plenty, answers.Values.Count(a => a.Receipt is not null));
    }

    [Fact]
    public async Task Stops_reading_from_a_client_that_reads_no_answers()
    {
        const int plenty = 200_000;
        using var call = new RecordStreamCall(_node);
        var sent = 0;
        _ = Task.Run(async () =>
        {
            for (; sent < plenty; sent++) await call.SendAsync((ulong)sent, Record([], submitter: ""));
        });
        await RestsAsync(() => Volatile.Read(ref sent));
        Assert.InRange(sent, 1, plenty - 1);
    }

    [Fact]
    public async Task Leaves_nothing_half_written_of_a_stream_that_is_broken_off()
    {
        using (var cancel = new CancellationTokenSource())
        using (var call = new RecordStreamCall(_node, cancel.Token))
        {
            for (ulong i = 0; i < 500; i++) await call.SendAsync(i, Record(new byte[3000]));
            await cancel.CancelAsync();
        }
        var receipt = await Upload.Of([9]).SendAsync(_node);
        await _node.StopAsync();
        await _node.StartAsync();
        Assert.Equal([9], await ReadAsync(receipt.Record));
        var listed = new List<V1.Record>();
        await foreach (var record in _node.Client.ListRecordsAsync("", CancellationToken.None)) listed.Add(record);
        Assert.Equal(_node.Logs.Own.Size, (ulong)listed.Count);
        foreach (var record in listed)
        {
            var verdict = await _node.Client.VerifyRecordAsync(record.Record_, CancellationToken.None);
            Assert.Equal(Core.Verification.Outcome.Intact, verdict.Layers[Core.Verification.Layer.Content]);
        }
    }

    // Not an assertion on time: a sender that does not stop reaches the end and rests there.
    private static async Task RestsAsync(Func<int> count)
    {
        for (int before, now = -1; ;)
        {
            before = now;
            await Task.Delay(500);
            now = count();
            if (now == before) return;
        }
    }
}

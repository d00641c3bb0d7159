using System.Text;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Tests.Archiving;

public sealed class ArchiveTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartNewAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private async Task<byte[]> ReadAsync(string record, string part = "c0001")
    {
        using var content = new MemoryStream();
        await _node.Client.ReadContentAsync(record, part, content, CancellationToken.None);
        return content.ToArray();
    }

    private async Task<ulong> CountAsync() => (await _node.Client.Archive.ListRecordsAsync(new ListRecordsRequest())).Total;

    [Fact]
    public async Task Gives_back_what_was_archived()
    {
        var description = new Description { Title = "关于归档的通知", Fonds = "全宗1", FileNumber = "1-2026-001", Fields = { ["责任者"] = "办公室" } };
        var receipt = await new Upload().Header("林档案", description).Part(PartRole.Content, "one"u8.ToArray(), "通知.txt"u8.ToArray()).SendAsync(_node);
        Assert.Equal((AnchorState.Sealed, "NONE", 0UL, "evidence.test/node1"), (receipt.State, receipt.Signature, receipt.Leaf, receipt.Log));

        var record = await _node.Client.GetRecordAsync(receipt.Record, CancellationToken.None);
        Assert.Equal((receipt.SealSha256, receipt.ReceivedUnixMs, "林档案"), (record.SealSha256, record.ReceivedUnixMs, record.Submitter));
        Assert.Equal(["c0001", "m0001"], record.Parts.Select(p => p.Name));
        Assert.Equal(("通知.txt", "text/plain", 3L), (record.Parts[0].FileName.ToStringUtf8(), record.Parts[0].MediaType, record.Parts[0].Size));
        Assert.Equal(description, record.Description);
        Assert.Equal("one"u8.ToArray(), await ReadAsync(receipt.Record));
    }

    [Fact]
    public async Task Keeps_names_out_of_the_seal()
    {
        var receipt = await Upload.Of("x"u8.ToArray(), "secret-name.txt").SendAsync(_node);
        var record = await _node.Client.GetRecordAsync(receipt.Record, CancellationToken.None);
        Assert.DoesNotContain("secret-name", record.Seal.ToStringUtf8(), StringComparison.Ordinal);
    }

    public static TheoryData<byte[]> OddNames => new()
    {
        "中文文件名（终稿）.pdf"u8.ToArray(),
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("档", 85))),
        "two\nlines\r\t.txt"u8.ToArray(),
        (byte[])[0xff, 0xfe, 0x80, (byte)'x'],
        (byte[])[],
    };

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task Keeps_a_file_name_exactly_as_it_was(byte[] name)
    {
        var receipt = await Upload.Begun().Part(PartRole.Content, "x"u8.ToArray(), name).SendAsync(_node);
        var record = await _node.Client.GetRecordAsync(receipt.Record, CancellationToken.None);
        Assert.Equal(name, record.Parts[0].FileName.ToByteArray());
    }

    [Fact]
    public async Task Archives_a_file_without_bytes()
    {
        var receipt = await Upload.Of([]).SendAsync(_node);
        Assert.Empty(await ReadAsync(receipt.Record));
        Assert.Equal(Core.Verification.Outcome.Intact, (await _node.Client.VerifyRecordAsync(receipt.Record, CancellationToken.None)).Layers[Core.Verification.Layer.Content]);
    }

    [Theory]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(1 << 20)]
    [InlineData((5 << 20) + 1)]
    public async Task Archives_files_of_any_size(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        var receipt = await Upload.Of(content).SendAsync(_node);
        Assert.Equal(content, await ReadAsync(receipt.Record));
    }

    [Fact]
    public async Task Takes_many_uploads_at_once()
    {
        var receipts = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Upload.Of(Encoding.UTF8.GetBytes($"file {i}")).SendAsync(_node)));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (ulong)i), receipts.Select(r => r.Leaf).Order());
        var listed = new List<V1.Record>();
        await foreach (var record in _node.Client.ListRecordsAsync("", CancellationToken.None)) listed.Add(record);
        Assert.Equal(receipts.OrderBy(r => r.Leaf).Select(r => r.Record), listed.Select(r => r.Record_));
    }

    [Fact]
    public async Task Leaves_nothing_of_an_upload_that_is_broken_off()
    {
        await Upload.Begun().Heading(PartRole.Content).Chunk(new byte[6 << 10]).BreakOffAsync(_node);
        await Upload.Begun().Heading(PartRole.Content).Chunk(new byte[1 << 20]).Chunk(new byte[1 << 20]).Chunk(new byte[1 << 20]).Chunk(new byte[1 << 20]).Chunk(new byte[1 << 20])
            .BreakOffAsync(_node);
        await Eventually.TrueAsync(() => Staged() == 0, "the staging folder is empty");
        Assert.Equal(0UL, await CountAsync());
    }

    private int Staged() => Directory.EnumerateFiles(_node.DataFolder, "*", SearchOption.AllDirectories).Count(f => f.Contains("staging", StringComparison.Ordinal));

    public static TheoryData<string, StatusCode, string> WrongUploads => new()
    {
        { "nothing", StatusCode.InvalidArgument, "must be its header" },
        { "chunk first", StatusCode.InvalidArgument, "must be its header" },
        { "no content", StatusCode.InvalidArgument, "no content part" },
        { "header twice", StatusCode.InvalidArgument, "header came twice" },
        { "chunk without part", StatusCode.InvalidArgument, "before any part" },
        { "empty message", StatusCode.InvalidArgument, "is empty" },
        { "metadata", StatusCode.InvalidArgument, "made by the node" },
        { "no role", StatusCode.InvalidArgument, "has the role" },
        { "too short", StatusCode.InvalidArgument, "incomplete" },
        { "too long", StatusCode.InvalidArgument, "has more" },
        { "chunk too large", StatusCode.InvalidArgument, "at most 1048576" },
        { "no submitter", StatusCode.InvalidArgument, "names no submitter" },
        { "timestamp", StatusCode.InvalidArgument, "not a timestamp token" },
        { "name is path", StatusCode.InvalidArgument, "name alone" },
        { "signature too large", StatusCode.InvalidArgument, "more than 1048576 bytes" },
    };

    private static Upload Wrong(string what) => what switch
    {
        "nothing" => new Upload(),
        "chunk first" => new Upload().Chunk([1]),
        "no content" => Upload.Begun(),
        "header twice" => Upload.Begun().Header(),
        "chunk without part" => Upload.Begun().Chunk([1]),
        "empty message" => Upload.Begun().Add(new ArchiveRequest()),
        "metadata" => Upload.Begun().Heading(PartRole.Metadata),
        "no role" => Upload.Begun().Heading(PartRole.Unspecified),
        "too short" => Upload.Begun().Part(PartRole.Content, [1, 2], size: 3),
        "too long" => Upload.Begun().Part(PartRole.Content, [1, 2], size: 1),
        "chunk too large" => Upload.Begun().Heading(PartRole.Content).Chunk(new byte[(1 << 20) + 1]),
        "no submitter" => Upload.Begun(""),
        "timestamp" => Upload.Of([1]).Signature([1], "cms").Part(PartRole.Timestamp, [1, 2, 3], of: 1),
        "name is path" => Upload.Of([1], "../x"),
        "signature too large" => Upload.Of([1]).Signature(new byte[(1 << 20) + 1], "cms"),
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    [Theory]
    [MemberData(nameof(WrongUploads))]
    public async Task Refuses_a_wrong_upload_and_says_why(string what, StatusCode code, string message)
    {
        var status = await Wrong(what).RefusedAsync(_node);
        Assert.Equal(code, status.StatusCode);
        Assert.Contains(message, status.Detail, StringComparison.Ordinal);
        Assert.Equal(0UL, await CountAsync());
    }

    [Fact]
    public async Task Gives_out_ranges_of_a_part()
    {
        var receipt = await Upload.Of("0123456789"u8.ToArray()).SendAsync(_node);
        async Task<string> RangeAsync(long offset, long length)
        {
            using var call = _node.Client.Archive.ReadContent(new ReadContentRequest { Record = receipt.Record, Offset = offset, Length = length });
            var text = new StringBuilder();
            await foreach (var chunk in call.ResponseStream.ReadAllAsync()) text.Append(chunk.Chunk.ToStringUtf8());
            return text.ToString();
        }
        Assert.Equal("234", await RangeAsync(2, 3));
        Assert.Equal("89", await RangeAsync(8, 100));
        Assert.Equal("", await RangeAsync(10, 0));
        Assert.Equal(StatusCode.OutOfRange, (await Assert.ThrowsAsync<RpcException>(() => RangeAsync(11, 1))).StatusCode);
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => RangeAsync(-1, 1))).StatusCode);
    }

    [Fact]
    public async Task Says_what_is_not_there()
    {
        var receipt = await Upload.Of([1]).SendAsync(_node);
        async Task<StatusCode> CodeAsync(Func<Task> call) => (await Assert.ThrowsAnyAsync<RpcException>(call)).StatusCode;
        Assert.Equal(StatusCode.NotFound, await CodeAsync(() => ReadAsync(receipt.Record, "c0002")));
        Assert.Equal(StatusCode.NotFound, await CodeAsync(() => ReadAsync(Core.RecordId.New(TimeProvider.System).ToString())));
        Assert.Equal(StatusCode.InvalidArgument, await CodeAsync(() => _node.Client.GetRecordAsync("x", CancellationToken.None)));
        Assert.Equal(StatusCode.NotFound, await CodeAsync(() => _node.Client.Archive.ListRecordsAsync(new ListRecordsRequest { Log = "other" }).ResponseAsync));
    }

    [Fact]
    public async Task Lists_in_pages_and_refuses_a_token_of_another_listing()
    {
        for (byte i = 0; i < 5; i++) await Upload.Of([i]).SendAsync(_node);
        var first = await _node.Client.Archive.ListRecordsAsync(new ListRecordsRequest { PageSize = 2 });
        var second = await _node.Client.Archive.ListRecordsAsync(new ListRecordsRequest { PageSize = 2, PageToken = first.NextPageToken });
        var third = await _node.Client.Archive.ListRecordsAsync(new ListRecordsRequest { PageSize = 2, PageToken = second.NextPageToken });
        Assert.Equal([0UL, 1, 2, 3, 4], ((ListRecordsResponse[])[first, second, third]).SelectMany(p => p.Records).Select(r => r.Leaf));
        Assert.Equal("", third.NextPageToken);
        async Task<StatusCode> CodeAsync(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).StatusCode;
        Assert.Equal(StatusCode.InvalidArgument, await CodeAsync(() => _node.Client.Audit.ListAnchorsAsync(new ListAnchorsRequest { PageToken = first.NextPageToken }).ResponseAsync));
        Assert.Equal(StatusCode.InvalidArgument, await CodeAsync(() => _node.Client.Archive.ListRecordsAsync(new ListRecordsRequest { PageToken = "%%%" }).ResponseAsync));
        Assert.Equal(StatusCode.InvalidArgument, await CodeAsync(() => _node.Client.Archive.ListRecordsAsync(new ListRecordsRequest { PageSize = -1 }).ResponseAsync));
    }

    [Fact]
    public async Task Has_everything_that_it_acknowledged_after_a_restart()
    {
        var receipts = new List<ArchiveResponse>();
        for (byte i = 0; i < 5; i++) receipts.Add(await Upload.Of([i]).SendAsync(_node));
        await _node.StopAsync();
        await _node.StartAsync();
        foreach (var receipt in receipts) Assert.Equal([(byte)receipt.Leaf], await ReadAsync(receipt.Record));
        Assert.Equal(5UL, (await Upload.Of([9]).SendAsync(_node)).Leaf);
    }

    [Fact]
    public async Task Refuses_to_open_a_data_folder_twice() =>
        await Assert.ThrowsAsync<Evidence.Storage.DataFolderInUseException>(_node.StartAsync);
}

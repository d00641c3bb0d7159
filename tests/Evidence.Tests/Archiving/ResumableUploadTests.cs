using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evidence.Node.Archiving.Uploads;
using Evidence.Tests.Monitor;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using static Evidence.Tests.Nodes.PartwiseUpload;

namespace Evidence.Tests.Archiving;

public sealed class ResumableUploadTests : IAsyncLifetime
{
    private const int Half = 3_000_000;
    private static readonly byte[] Content = Evidence.Tests.Storage.TestLog.Content(7, 6_000_001);

    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartNewAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private IEnumerable<string> Staged() =>
        Directory.EnumerateFiles(_node.DataFolder, "*", SearchOption.AllDirectories).Where(f => f.Contains("/staging/", StringComparison.Ordinal));

    private async Task RestartAsync()
    {
        await _node.StopAsync();
        await _node.StartAsync();
    }

    private async Task AssertArchivedAsync(ArchiveResponse receipt, string part = "c0001")
    {
        using var read = new MemoryStream();
        await _node.Client.ReadContentAsync(receipt.Record, part, read, CancellationToken.None);
        Assert.Equal(Content, read.ToArray());
        var verdict = await _node.Client.VerifyRecordAsync(receipt.Record, CancellationToken.None);
        Assert.Equal(Core.Verification.Outcome.Intact, verdict.Layers[Core.Verification.Layer.Content]);
        Assert.Equal(Core.Verification.Outcome.Intact, verdict.Layers[Core.Verification.Layer.Seal]);
    }

    // The header and the first half, in a call that breaks off without an end.
    private async Task<PartwiseUpload> BreakOffAsync()
    {
        var upload = await CreateAsync(_node);
        await Eventually.GetAsync(async () =>
        {
            var status = await upload.StatusAsync();
            if (status.Parts is [{ Received: > 0 }]) return status;
            try
            {
                await BreakOffAsync(upload, status.Parts.Count);
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.OutOfRange or StatusCode.Aborted)
            {
                // the node has only now seen an earlier call break off, and kept what that one sent
            }

            return await upload.StatusAsync();
        }, s => s.Parts is [{ Received: > 0 }], "the node has kept some of what came before the call broke off"); // what it has not read yet goes with the call
        return upload;
    }

    // Of a call that broke off earlier the node may have kept the header alone.
    private static async Task BreakOffAsync(PartwiseUpload upload, int parts)
    {
        using var call = upload.Open();
        await call.RequestStream.WriteAsync(upload.At(parts, 0));
        if (parts == 0) await call.RequestStream.WriteAsync(new WriteUploadRequest { Part = Header(Content) });
        foreach (var chunk in Chunks(Content.AsMemory(0, Half))) await call.RequestStream.WriteAsync(chunk);
    }

    private static async Task<long> ReceivedAsync(PartwiseUpload upload, Func<long, bool> enough)
    {
        var status = await Eventually.GetAsync(upload.StatusAsync, s => s.Parts.Count == 1 && enough(s.Parts[0].Received), "the node has kept what came");
        return status.Parts[0].Received;
    }

    private static Task<UploadStatus> GoOnAsync(PartwiseUpload upload, long from) => upload.SendAsync(1, from, [.. Chunks(Content.AsMemory((int)from)), End(Content)]);

    [Fact]
    public async Task Goes_on_after_a_broken_connection_and_is_invisible_until_it_is_finished()
    {
        var upload = await BreakOffAsync();
        var from = await ReceivedAsync(upload, n => n > 0);
        Assert.Equal([upload.Id], await upload.ListAsync());
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => _node.Client.GetRecordAsync(upload.Id, CancellationToken.None))).StatusCode);
        Assert.Equal(0UL, (await _node.Client.Archive.ListRecordsAsync(new ListRecordsRequest())).Total);
        Assert.Equal((true, (long)Content.Length), ((await GoOnAsync(upload, from)).Parts[0].Ended, (await upload.StatusAsync()).Parts[0].Received));
        var receipt = await upload.FinishAsync();
        Assert.Equal(upload.Id, receipt.Record);
        await AssertArchivedAsync(receipt);
        Assert.Empty(await upload.ListAsync());
    }

    [Fact]
    public async Task Goes_on_after_a_restart()
    {
        var upload = await BreakOffAsync();
        await ReceivedAsync(upload, n => n > 0);
        await RestartAsync();
        var from = await ReceivedAsync(upload, n => n > 0);
        await GoOnAsync(upload, from);
        await RestartAsync();
        var receipt = await upload.FinishAsync();
        await AssertArchivedAsync(receipt);
        Assert.Equal("大文件.bin", (await _node.Client.GetRecordAsync(receipt.Record, CancellationToken.None)).Parts[0].FileName.ToStringUtf8());
    }

    [Fact]
    public async Task Gives_the_same_receipt_again_also_after_a_restart()
    {
        var upload = await CreateAsync(_node);
        await upload.SendAsync(0, 0, Whole(Content));
        var receipts = await Task.WhenAll(upload.FinishAsync(), upload.FinishAsync());
        Assert.Equal(receipts[0], receipts[1]);
        Assert.Equal(receipts[0], (await upload.StatusAsync()).Receipt);
        await RestartAsync();
        Assert.Equal(receipts[0], await upload.FinishAsync());
        Assert.Equal(1UL, (await _node.Client.Archive.ListRecordsAsync(new ListRecordsRequest())).Total);
        Assert.Equal(StatusCode.Aborted, (await upload.RefusedAsync(1, Content.Length)).StatusCode);
    }

    [Theory]
    [InlineData(1, Half - 1)]
    [InlineData(1, Half + 1)]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    public async Task Refuses_to_go_on_elsewhere_and_says_where(int parts, long offset)
    {
        var upload = await CreateAsync(_node);
        await upload.SendAsync(0, 0, [new() { Part = Header(Content) }, .. Chunks(Content.AsMemory(0, Half))]);
        var status = await upload.RefusedAsync(parts, offset, Chunks(Content.AsMemory((int)offset)));
        Assert.Equal(StatusCode.OutOfRange, status.StatusCode);
        Assert.Contains($"goes on at part 1, byte {Half}", status.Detail, StringComparison.Ordinal);
        await GoOnAsync(upload, Half);
        await AssertArchivedAsync(await upload.FinishAsync());
    }

    [Fact]
    public async Task Lets_a_new_call_take_over_and_cuts_off_the_one_before()
    {
        var upload = await CreateAsync(_node);
        using var first = upload.Open();
        await first.RequestStream.WriteAsync(upload.At(0, 0));
        await first.RequestStream.WriteAsync(new WriteUploadRequest { Part = Header(Content) });
        foreach (var chunk in Chunks(Content.AsMemory(0, Half))) await first.RequestStream.WriteAsync(chunk);
        await Eventually.TrueAsync(() => Staged().Any(f => f.EndsWith(".staged", StringComparison.Ordinal) && new FileInfo(f).Length > 0), "bytes have come");
        var probe = await upload.RefusedAsync(9, 9); // takes over, and is told where it goes on
        Assert.Equal(StatusCode.OutOfRange, probe.StatusCode);
        Assert.Equal(StatusCode.Aborted, (await Assert.ThrowsAsync<RpcException>(() => first.ResponseAsync)).StatusCode);
        await GoOnAsync(upload, (await upload.StatusAsync()).Parts[0].Received);
        await AssertArchivedAsync(await upload.FinishAsync());
    }

    [Fact]
    public async Task Never_seals_bytes_that_changed_on_its_own_disk()
    {
        var upload = await CreateAsync(_node);
        await upload.SendAsync(0, 0, [new() { Part = Header(Content) }, .. Chunks(Content.AsMemory(0, Half))]);
        await _node.StopAsync();
        Evidence.Tests.Storage.TestLog.Flip(Staged().Single(f => f.EndsWith(".staged", StringComparison.Ordinal)), 512 + 1_000_000);
        await _node.StartAsync();
        Assert.Equal(StatusCode.OutOfRange, (await upload.RefusedAsync(1, Half, Chunks(Content.AsMemory(Half)))).StatusCode);
        var from = (await upload.StatusAsync()).Parts[0].Received;
        Assert.Equal(0, from); // one point was kept, and it does not hold
        await GoOnAsync(upload, from);
        await AssertArchivedAsync(await upload.FinishAsync());
    }

    [Fact]
    public async Task Removes_an_upload_whose_bytes_are_not_what_the_sender_has()
    {
        var upload = await CreateAsync(_node);
        var status = await upload.RefusedAsync(0, 0, [new() { Part = Header(Content) }, .. Chunks(Content), End([1])]);
        Assert.Equal(StatusCode.FailedPrecondition, status.StatusCode);
        Assert.Contains("at the sender", status.Detail, StringComparison.Ordinal);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(upload.FinishAsync)).StatusCode);
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task Takes_several_large_parts_and_empty_ones_in_as_many_calls()
    {
        var upload = await CreateAsync(_node);
        await upload.SendAsync(0, 0, Whole([]));
        await upload.SendAsync(1, 0, Whole(Content));
        await upload.SendAsync(2, Content.Length, new WriteUploadRequest { Part = Header([]) });
        await RestartAsync();
        await upload.SendAsync(3, 0, [End([]), .. Whole(Content)]);
        var receipt = await upload.FinishAsync();
        await AssertArchivedAsync(receipt, "c0002");
        await AssertArchivedAsync(receipt, "c0004");
        var record = await _node.Client.GetRecordAsync(receipt.Record, CancellationToken.None);
        Assert.Equal([0, Content.Length, 0, Content.Length], record.Parts.Where(p => p.Role == PartRole.Content).Select(p => p.Size));
    }

    [Fact]
    public async Task Refuses_an_end_before_all_that_was_announced_and_keeps_what_came()
    {
        var upload = await CreateAsync(_node);
        await upload.SendAsync(0, 0, [new() { Part = Header(Content) }, .. Chunks(Content.AsMemory(0, Half))]);
        var refused = (await Assert.ThrowsAsync<RpcException>(upload.FinishAsync)).Status;
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains("incomplete", refused.Detail, StringComparison.Ordinal);
        await GoOnAsync(upload, Half);
        await AssertArchivedAsync(await upload.FinishAsync());
    }

    [Fact]
    public async Task Checks_a_signature_that_came_in_pieces_and_uses_another_digest()
    {
        await _node.StopAsync();
        using var signer = TestSigner.WithRsa();
        var root = _node.Write("root.pem", signer.RootPem);
        _node.Edit(json => (json["requireSignature"], json["signatureRoots"]) = (true, new JsonArray(root)));
        await _node.StartAsync();
        var cms = signer.Cms(Content, HashAlgorithmName.SHA384);
        var upload = await CreateAsync(_node);
        await upload.SendAsync(0, 0, [.. Whole(Content), new() { Part = Header(cms, PartRole.Signature, 1, "cms") }, .. Chunks(cms.AsMemory(0, 100))]);
        await RestartAsync();
        await upload.SendAsync(2, 100, Chunks(cms.AsMemory(100)));
        var receipt = await upload.FinishAsync();
        Assert.Equal("TOTAL-PASSED", receipt.Signature);
        await AssertArchivedAsync(receipt);

        var forged = await CreateAsync(_node);
        await forged.SendAsync(0, 0, [.. Whole([.. Content, 1]), .. Whole(cms, PartRole.Signature, 1, "cms")]);
        Assert.Equal(StatusCode.FailedPrecondition, (await Assert.ThrowsAsync<RpcException>(forged.FinishAsync)).StatusCode);
        await forged.DeleteAsync();
        Assert.Equal(1UL, (await _node.Client.Archive.ListRecordsAsync(new ListRecordsRequest())).Total);
    }

    [Fact]
    public async Task Holds_uploads_to_the_quotas_and_gives_the_room_back()
    {
        await _node.StopAsync();
        _node.Edit(json => json["uploads"] = new JsonObject { ["quotaBytes"] = 10_000_000, ["quotaBytesPerSubmitter"] = 7_000_000, ["count"] = 3 });
        await _node.StartAsync();
        var first = await CreateAsync(_node, "a");
        await first.SendAsync(0, 0, [new() { Part = Header(Content) }, .. Chunks(Content.AsMemory(0, Half))]);
        await RestartAsync(); // what was announced counts from the start on
        var second = await CreateAsync(_node, "a");
        Refused(await second.RefusedAsync(0, 0, Whole(Content)), "quotaBytesPerSubmitter");
        var third = await CreateAsync(_node, "b");
        Refused(await third.RefusedAsync(0, 0, Whole(Content)), "uploads.quotaBytes");
        Refused(await Nodes.Upload.Begun("b").Part(PartRole.Content, Content).RefusedAsync(_node), "uploads.quotaBytes");
        Refused((await Assert.ThrowsAsync<RpcException>(() => CreateAsync(_node, "c"))).Status, "uploads.count");
        await Nodes.Upload.Of([1, 2, 3]).SendAsync(_node);

        await first.DeleteAsync();
        await third.SendAsync(0, 0, Whole(Content));
        await AssertArchivedAsync(await third.FinishAsync());
        await second.SendAsync(0, 0, Whole(Content));
        await AssertArchivedAsync(await second.FinishAsync());
        Assert.DoesNotContain(Staged(), f => f.EndsWith(".staged", StringComparison.Ordinal));

        static void Refused(Status status, string which)
        {
            Assert.Equal(StatusCode.ResourceExhausted, status.StatusCode);
            Assert.Contains(which, status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Removes_what_nobody_goes_on_with()
    {
        await _node.StopAsync();
        var time = new ManualTime();
        _node.Time = time;
        _node.Edit(json => json["uploads"] = new JsonObject { ["keepSeconds"] = 3600 });
        await _node.StartAsync();
        var uploads = _node.Services.GetRequiredService<UploadBook>();
        var upload = await CreateAsync(_node);
        await upload.SendAsync(0, 0, new WriteUploadRequest { Part = Header(Content) });
        time.Advance(TimeSpan.FromMinutes(59));
        await upload.SendAsync(1, 0, Chunks(Content.AsMemory(0, Half)));
        time.Advance(TimeSpan.FromMinutes(59));
        await uploads.RemoveExpiredAsync();
        Assert.Equal([upload.Id], await upload.ListAsync());
        await RestartAsync();
        uploads = _node.Services.GetRequiredService<UploadBook>();
        time.Advance(TimeSpan.FromMinutes(2));
        await uploads.RemoveExpiredAsync();
        Assert.Empty(Staged());
        var refused = await upload.RefusedAsync(1, Half, Chunks(Content.AsMemory(Half)));
        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
        Assert.Contains("3600 seconds", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_what_cannot_be_read_of_an_upload_as_long_as_any_from_when_it_was_set_aside()
    {
        var upload = await CreateAsync(_node);
        await upload.SendAsync(0, 0, [new() { Part = Header(Content) }, .. Chunks(Content.AsMemory(0, Half))]);
        await _node.StopAsync();
        var time = new ManualTime();
        time.Advance(TimeProvider.System.GetUtcNow() - time.GetUtcNow() + TimeSpan.FromDays(30)); // its last byte came long ago
        _node.Time = time;
        _node.Edit(json => json["uploads"] = new JsonObject { ["keepSeconds"] = 3600 });
        var state = Assert.Single(Staged(), f => f.EndsWith(".upload", StringComparison.Ordinal));
        Evidence.Tests.Storage.TestLog.Flip(state, 100);
        await _node.StartAsync();
        var uploads = _node.Services.GetRequiredService<UploadBook>();
        time.Advance(TimeSpan.FromMinutes(59));
        await uploads.RemoveExpiredAsync();
        Assert.Equal([".staged.unreadable", ".upload.unreadable"], Staged().Select(f => Path.GetFileName(f)[upload.Id.Length..]).Order(StringComparer.Ordinal));
        time.Advance(TimeSpan.FromMinutes(1));
        await uploads.RemoveExpiredAsync();
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task A_sweep_has_nothing_to_say_of_uploads()
    {
        var upload = await BreakOffAsync();
        await ReceivedAsync(upload, n => n > 0);
        await Nodes.Upload.Of([1]).SendAsync(_node);
        var sweep = await Network.RunningNetwork.SweepAsync(_node.Client);
        Assert.DoesNotContain(sweep.Findings, f => f.ToString().Contains("staging", StringComparison.Ordinal) || f.ToString().Contains(upload.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leaves_the_reserve_of_the_disk_alone()
    {
        await _node.StopAsync();
        _node.Edit(json => json["uploads"] = new JsonObject { ["reserveBytes"] = 1L << 50 });
        await _node.StartAsync();
        var refused = (await Assert.ThrowsAsync<RpcException>(async () => await (await CreateAsync(_node)).SendAsync(0, 0, Whole(Content)))).Status;
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Contains("kept free for small records", refused.Detail, StringComparison.Ordinal);
        await Nodes.Upload.Of([1]).SendAsync(_node);
    }
}

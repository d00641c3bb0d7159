using Evidence.Core.Seals;
using Evidence.Node.Archiving;
using Evidence.Node.Archiving.Uploads;
using Evidence.Tests.Grpc;
using Evidence.Tests.Nodes;
using Evidence.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Archiving;

/// <summary>What archiving does with a large record while small ones come.</summary>
public sealed class LargeBesideSmallTests : IAsyncLifetime
{
    private readonly HandClock _time = new();
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartNewAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_large_record_rests_behind_a_stretch_only_while_small_ones_come()
    {
        await using var log = await new TestLog().OpenAsync();
        var appender = new OwnLogAppender(log.Appender, log.Store, new AppendGate(), _node.Alerts, NullLogger<OwnLogAppender>.Instance);
        var sealing = new RecordSealing(appender, _node.Services.GetRequiredService<SignatureGate>(), _time);
        var archiver = new RecordArchiver(appender, sealing, _node.Services.GetRequiredService<UploadQuota>(), _time);
        await using var large = archiver.Begin(Header);
        await large.BeginPartAsync(Content(0), CancellationToken.None);
        while (large.Position.Offset < 2 * log.Store.Options.BufferBytes) await WriteAsync(large); // nothing else comes: none of these rests

        await archiver.ArchiveAsync(new WholeRecord("tests", Header.Description, [new WholePart(Content(5), new byte[5])]), CancellationToken.None);
        var stretch = WriteAsync(large);
        await Eventually.TrueAsync(() => _time.Waiting == 1, "it rests");
        Assert.False(stretch.IsCompleted);
        _time.Advance(LargeRecordPace.Turn);
        await stretch;
        _time.Advance(Precedence.Expected);
        await WriteAsync(large);
    }

    private static RecordHeader Header => new("tests", RecordDescription.Empty);

    private static PartHeading Content(long size) => new(PartRole.Content, [], "", 0, "", size);

    private static async Task WriteAsync(RecordUpload upload)
    {
        for (var taken = 0; taken < LargeRecordPace.Stretch; taken += 64 << 10) await upload.WriteAsync(new byte[64 << 10], CancellationToken.None);
    }
}

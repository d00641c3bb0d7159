using Evidence.Node.Archiving;
using Evidence.Tests.Nodes;
using Grpc.Core;

namespace Evidence.Tests.Archiving;

public sealed class ArchivingStoppedTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartNewAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("one message")]
    [InlineData("stream")]
    [InlineData("upload")]
    public async Task Opens_an_alert_however_a_record_is_refused_and_closes_it_by_one_that_was_stored(string way)
    {
        _node.Logs.Own.Failure = "The medium took no more (test).";
        Assert.False(await FileAsync(way));
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(OwnLogAppender.Alert)?.Message.Contains("took no more", StringComparison.Ordinal) == true, "the alert is open");
        _node.Logs.Own.Failure = null;
        Assert.True(await FileAsync(way));
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(OwnLogAppender.Alert) is null, "the alert is closed");
    }

    private async Task<bool> FileAsync(string way)
    {
        try
        {
            switch (way)
            {
                case "one message": return await _node.Client.Archive.ArchiveRecordAsync(RecordStreamCall.Record([1])) is not null;
                case "upload": return await Upload.Of([1]).SendAsync(_node) is not null;
                default:
                    using (var call = new RecordStreamCall(_node))
                    {
                        await call.SendAsync(1, RecordStreamCall.Record([1]));
                        return (await call.NextAsync())!.Receipt is not null;
                    }
            }
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.FailedPrecondition or StatusCode.Unavailable)
        {
            return false;
        }
    }
}

using Evidence.Node.Archiving;
using Evidence.Node.Archiving.Uploads;
using Evidence.Storage;
using Evidence.Storage.Uploads;
using Evidence.Tests.Nodes;
using Evidence.Tests.Storage;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

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

    [Theory]
    [InlineData("write")]
    [InlineData("sync")]
    public async Task Opens_an_alert_when_the_staging_folder_takes_nothing_and_closes_it_by_an_upload_that_it_took(string step)
    {
        var medium = new FaultyMedium();
        await using var log = await new TestLog(new LogStoreOptions { Medium = medium }).OpenAsync();
        var appender = new OwnLogAppender(log.Appender, log.Store, new AppendGate(), _node.Alerts, NullLogger<OwnLogAppender>.Instance);
        var sealing = new RecordSealing(appender, _node.Services.GetRequiredService<SignatureGate>(), TimeProvider.System);
        medium.FailIf = (what, path) => what == step && path.EndsWith(".staged", StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<StorageFailedException>(() => UploadAsync(log, sealing));
        Assert.Contains("staging folder", error.Message, StringComparison.Ordinal);
        Assert.Contains("injected", _node.Alerts.FindOpen(OwnLogAppender.StagingAlert)!.Message, StringComparison.Ordinal);
        await appender.StoredAsync(Task.FromResult(new Appended(0, new Place(1, 0, 0, 0), default))); // a small record
        Assert.NotNull(_node.Alerts.FindOpen(OwnLogAppender.StagingAlert));
        medium.FailIf = null;
        await UploadAsync(log, sealing);
        Assert.Null(_node.Alerts.FindOpen(OwnLogAppender.StagingAlert));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Opens_an_alert_when_the_staging_folder_fails_as_an_upload_begins_or_goes_on(bool goesOn)
    {
        var medium = new FaultyMedium();
        await using var log = await new TestLog(new LogStoreOptions { Medium = medium }).OpenAsync();
        var appender = new OwnLogAppender(log.Appender, log.Store, new AppendGate(), _node.Alerts, NullLogger<OwnLogAppender>.Instance);
        var quota = _node.Services.GetRequiredService<UploadQuota>();
        var archiver = new RecordArchiver(appender, new RecordSealing(appender, _node.Services.GetRequiredService<SignatureGate>(), TimeProvider.System), quota, TimeProvider.System);
        await using var uploads = new UploadBook(archiver, log.Store, quota, _node.Services.GetRequiredService<Node.Configuration.NodeOptions>(), TimeProvider.System, NullLogger<UploadBook>.Instance);
        var upload = goesOn ? await uploads.CreateAsync(Header) : null;
        medium.FailIf = (what, path) => what == "write" && path.Contains(".upload", StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<StorageFailedException>(() => upload is null ? uploads.CreateAsync(Header) : uploads.WriteAsync(upload, (_, _) => Task.CompletedTask, CancellationToken.None));
        Assert.Contains("staging folder", error.Message, StringComparison.Ordinal);
        Assert.Contains("injected", _node.Alerts.FindOpen(OwnLogAppender.StagingAlert)!.Message, StringComparison.Ordinal);
        medium.FailIf = null;
        await uploads.WriteAsync(upload ?? await uploads.CreateAsync(Header), (_, _) => Task.CompletedTask, CancellationToken.None);
        Assert.Null(_node.Alerts.FindOpen(OwnLogAppender.StagingAlert));
    }

    private static RecordHeader Header => new("tests", new Core.Seals.RecordDescription("", "", "", "", "", "", new Dictionary<string, string>()));

    private async Task UploadAsync(TestLog log, RecordSealing sealing)
    {
        var staged = new UploadFolder(log.Store).Create(Core.RecordId.New(TimeProvider.System), UploadLabels.Of(Header));
        await using var upload = new RecordUpload(sealing, Header, staged, _node.Services.GetRequiredService<UploadQuota>().Claim("tests"));
        await upload.BeginPartAsync(new PartHeading(Core.Seals.PartRole.Content, [], "", 0, "", 0), CancellationToken.None);
        await upload.WriteAsync(TestLog.Content(1, 1_000), CancellationToken.None);
        await upload.KeepAsync();
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
        catch (RpcException e) when (e.StatusCode is StatusCode.Aborted or StatusCode.Unavailable)
        {
            return false;
        }
    }
}

using System.Text.Json.Nodes;
using Evidence.Core.Seals;
using Evidence.Node.Archiving;
using Evidence.Node.Archiving.Uploads;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Archiving;

public sealed class UploadCountTests
{
    [Fact]
    public async Task Holds_uploads_that_begin_at_once_to_the_limit_and_gives_each_slot_back()
    {
        await using var node = await TestNode.StartNewAsync();
        await node.StopAsync();
        node.Edit(json => json["uploads"] = new JsonObject { ["count"] = 3 });
        await node.StartAsync();
        var uploads = node.Services.GetRequiredService<UploadBook>();
        var begun = await BeginAtOnceAsync(uploads, 16);
        Assert.Equal(3, begun.Count);
        await uploads.RemoveAsync(begun[0].Id);
        Assert.Single(await BeginAtOnceAsync(uploads, 16));
    }

    // Those that were let in; all others were refused for the limit. Each has a thread of its own, and none goes on before all are there.
    private static async Task<IReadOnlyList<ResumableUpload>> BeginAtOnceAsync(UploadBook uploads, int count)
    {
        using var start = new Barrier(count);
        var all = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return BeginAsync(uploads);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
        return [.. all.OfType<ResumableUpload>()];
    }

    private static async Task<ResumableUpload?> BeginAsync(UploadBook uploads)
    {
        try
        {
            return await uploads.CreateAsync(new RecordHeader("tester", new RecordDescription("", "", "", "", "", "", new Dictionary<string, string>())));
        }
        catch (ArchiveRefusedException e)
        {
            Assert.Contains("uploads.count", e.Message, StringComparison.Ordinal);
            return null;
        }
    }
}

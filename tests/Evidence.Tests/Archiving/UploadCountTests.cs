using System.Text.Json.Nodes;
using Evidence.Tests.Nodes;
using Grpc.Core;

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
        var begun = await BeginAtOnceAsync(node, 16);
        Assert.Equal(3, begun.Count);
        await begun[0].DeleteAsync();
        Assert.Single(await BeginAtOnceAsync(node, 16));
    }

    // Those that were let in; all others were refused for the limit.
    private static async Task<IReadOnlyList<PartwiseUpload>> BeginAtOnceAsync(TestNode node, int count)
    {
        var all = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => BeginAsync(node))));
        return [.. all.OfType<PartwiseUpload>()];
    }

    private static async Task<PartwiseUpload?> BeginAsync(TestNode node)
    {
        try
        {
            return await PartwiseUpload.CreateAsync(node);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
        {
            Assert.Contains("uploads.count", e.Status.Detail, StringComparison.Ordinal);
            return null;
        }
    }
}

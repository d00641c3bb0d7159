using Evidence.Client;
using Evidence.Core;
using Evidence.Tests.Network;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Layer = Evidence.Core.Verification.Layer;
using Outcome = Evidence.Core.Verification.Outcome;

namespace Evidence.Tests.Faults;

/// <summary>kill -9 of a node while it takes in a large file.</summary>
[Collection(RealProcesses.Name)]
public sealed class KillDuringUploadTests
{
    private const int Kills = 4;
    private const int Size = 150_000_000;

    [Fact]
    public async Task An_upload_outlives_kills_of_the_node_and_is_sent_on_by_itself()
    {
        await using var network = await RunningNetwork.StartAsync(nodes: 1);
        using var client = network.Node1.Connect();
        var content = Storage.TestLog.Content(3, Size);
        var opened = 0;
        var kept = new List<long>();
        var draft = new RecordDraft("tests", new Description(), [new DraftPart(PartRole.Content, "large.bin"u8.ToArray(), "", 0, "", Open, Size)]);
        var upload = await client.CreateUploadAsync(draft, CancellationToken.None);
        var receipt = await client.SendUploadAsync(upload, draft, new Received(kept), CancellationToken.None);

        Assert.Equal((upload, Kills + 1), (receipt.Record, opened));
        Assert.Contains(kept, n => n is > 0 and < Size); // a kill does not set it back to the start
        var record = await client.GetRecordAsync(receipt.Record, CancellationToken.None);
        Assert.Equal(Digest.Of(content), new Digest(record.Parts[0].Sha256.Span));
        var verdict = await client.VerifyRecordAsync(receipt.Record, CancellationToken.None);
        Assert.Equal((Outcome.Intact, Outcome.Intact), (verdict.Layers[Layer.Content], verdict.Layers[Layer.Seal]));
        Assert.Equal(receipt, await client.SendUploadAsync(upload, draft, null, CancellationToken.None));
        Assert.Empty(await client.ListUploadsAsync(CancellationToken.None));

        // Each time a little further; the node comes back while the client tries.
        Stream Open() => opened++ < Kills ? new InterruptedStream(content, opened * (Size / (Kills + 1)), KillAsync) : new MemoryStream(content);

        async Task KillAsync()
        {
            await network.Node1.KillAsync(CancellationToken.None);
            await network.Node1.StartAsync(CancellationToken.None);
        }
    }

    // The first thing that is told of each try is how far the node is.
    private sealed class Received(List<long> all) : IProgress<long>
    {
        public void Report(long value) => all.Add(value);
    }
}

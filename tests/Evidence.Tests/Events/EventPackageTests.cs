using Evidence.Core.Packages;
using Evidence.Core.Verification;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Outcome = Evidence.Core.Verification.Outcome;

namespace Evidence.Tests.Events;

/// <summary>Event documents in the packages that a node gives out.</summary>
public sealed class EventPackageTests : SealingTestBase
{
    [Fact]
    public async Task A_package_carries_the_documents_that_concern_its_records_below_its_checkpoint()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync(static json => json["requireSignature"] = false);
        var records = new List<string>();
        for (var i = 0; i < 3; i++) records.Add((await Upload.Of([(byte)i]).SendAsync(node)).Record);
        await RecordAsync(node, Checked(node, 0, 2));
        await SealAsync(node);
        await RecordAsync(node, Checked(node, 2, 3));
        await SealAsync(node);
        await RecordAsync(node, Checked(node, 0, 3));
        await SealAsync(node);
        var checkpoint = (await node.AnchoredAsync((await Upload.Of("last"u8.ToArray()).SendAsync(node)).Record)).Anchor.Size;

        var package = await DownloadAsync(node, new GetEvidencePackageRequest { Records = { records[0] }, Checkpoint = checkpoint });
        var report = EvidencePackageReader.Verify(new MemoryStream(package), TestTrust.For(node));
        Assert.True(report.Whole == Outcome.Intact, string.Join('\n', report.Findings));
        Assert.Equal(Outcome.Intact, report.Layers[Layer.Events]);
        Assert.Equal(new RecordCounts(1, 1, 0, 0), report.Records);
        Assert.Contains(report.RestsOn, static ground => ground.StartsWith("Events: 2 event documents", StringComparison.Ordinal));

        var filed = (await DocumentsAsync(node.Logs.Own))[0].Record.RecordId.ToString(); // a document that is a record of the package is not beside it once more
        var withDocument = EvidencePackageReader.Verify(new MemoryStream(await DownloadAsync(node, new GetEvidencePackageRequest { Records = { records[0], filed }, Checkpoint = checkpoint })), TestTrust.For(node));
        Assert.True(withDocument.Whole == Outcome.Intact, string.Join('\n', withDocument.Findings));
        Assert.Contains(withDocument.RestsOn, static ground => ground.StartsWith("Events: 1 event documents", StringComparison.Ordinal));

        await RecordAsync(node, Checked(node, 0, 1));
        await SealAsync(node);
        await node.AnchoredAsync((await Upload.Of("later"u8.ToArray()).SendAsync(node)).Record);
        Assert.Equal(package, await DownloadAsync(node, new GetEvidencePackageRequest { Records = { records[0] }, Checkpoint = checkpoint }));
        var bare = EvidencePackageReader.Verify(new MemoryStream(await DownloadAsync(node, new GetEvidencePackageRequest { Records = { records[0] }, Checkpoint = checkpoint, WithoutEvents = true })), TestTrust.For(node));
        Assert.Equal((Outcome.Intact, false), (bare.Whole, bare.Layers.ContainsKey(Layer.Events)));
    }

    private static async Task<byte[]> DownloadAsync(TestNode node, GetEvidencePackageRequest request)
    {
        using var zip = new MemoryStream();
        await node.Client.DownloadPackageAsync(request, zip, null, CancellationToken.None);
        return zip.ToArray();
    }
}

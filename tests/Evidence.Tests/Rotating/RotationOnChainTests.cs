using Evidence.Cli;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Tests.Auditing;
using Evidence.Tests.Cli;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Outcome = Evidence.Core.Verification.Outcome;

namespace Evidence.Tests.Rotating;

/// <summary>A node on a real chain hands its key on and goes on, and so does its mirror.</summary>
[Collection(AnvilCollection.Name)]
public sealed class RotationOnChainTests(AnvilFixture anvil)
{
    [AnvilFact]
    public async Task One_log_is_anchored_mirrored_and_packed_over_a_rotation_of_its_key()
    {
        await using var network = await AuditedNetwork.StartAsync(anvil);
        var node = network.Node;
        await network.AnchorAsync(2);
        var earlier = await anvil.Client().AnchorCountAsync(node.LogId, default);
        var (before, packed) = (await RecordAtAsync(node, 0), await PackageAsync(node, await RecordAtAsync(node, 0)));

        await node.StopAsync();
        var rotated = await CommandRun.Of("node", "rotate-key", "--config", node.Identity.ConfigFile, "--json");
        Assert.Equal((ExitCode.Intact, 2UL), (rotated.Code, rotated.Json["size"]!.GetValue<ulong>()));
        await node.StartAsync();
        await network.AnchorAsync(2);

        // The contract knows one log, and took the anchors of both keys.
        Assert.Equal(rotated.Json["logId"]!.GetValue<string>(), node.LogId.ToString());
        Assert.True(await anvil.Client().AnchorCountAsync(node.LogId, default) > earlier);
        Assert.Equal(4UL, (await anvil.Client().LatestAsync(node.LogId, default))!.Size);
        var second = VerifierKey.Parse(rotated.Json["newKey"]!.GetValue<string>());
        Assert.Equal([VerifierKey.Parse(node.Identity.LogKey), second], network.Mirror.Logs.Mirrors[node.Identity.Origin].Keys.Keys);

        var first = TrustPolicyJson.Parse(File.ReadAllBytes(network.Trust));
        var newOnly = first with { Logs = [new TrustedKey(second.ToString(), node.LogId)] };
        foreach (var served in new[] { node, network.Mirror })
        {
            var after = await PackageAsync(served, await RecordAtAsync(node, 3));
            foreach (var trust in new[] { first, newOnly }) AssertVerdict(Outcome.Intact, after, trust);
            var ofBefore = await PackageAsync(served, before);
            if (served == node) Assert.Equal(packed, ofBefore);
            AssertVerdict(Outcome.Intact, ofBefore, first);
            AssertVerdict(Outcome.Undetermined, ofBefore, newOnly); // it states the keys up to its checkpoint, which the second one is not among
            var later = await PackageAsync(served, before, checkpoint: 4);
            foreach (var trust in new[] { first, newOnly }) AssertVerdict(Outcome.Intact, later, trust);
        }

        var audit = await CommandRun.Of("audit", "--node", network.Mirror.Address.AbsoluteUri, "--ledger", anvil.Chain.Url.AbsoluteUri, "--trust", network.Trust, "--log", node.Identity.Origin, "--json");
        Assert.Equal((ExitCode.Intact, 2), (audit.Code, audit.Json["keys"]!.AsArray().Count));
    }

    private static async Task<string> RecordAtAsync(TestNode node, int leaf)
    {
        var records = await node.Client.ListRecordsAsync("", CancellationToken.None).ToListAsync();
        return records.Single(record => record.Leaf == (ulong)leaf).Record_;
    }

    private static async Task<byte[]> PackageAsync(TestNode node, string record, ulong checkpoint = 0)
    {
        using var zip = new MemoryStream();
        await node.Client.DownloadPackageAsync(new GetEvidencePackageRequest { Records = { record }, Checkpoint = checkpoint }, zip, null, CancellationToken.None);
        return zip.ToArray();
    }

    private static void AssertVerdict(Outcome outcome, byte[] package, TrustPolicy trust)
    {
        using var zip = new MemoryStream(package);
        var report = EvidencePackageReader.Verify(zip, trust);
        Assert.True(report.Whole == outcome, $"{report.Whole}: {string.Join(' ', report.Codes)}");
    }
}

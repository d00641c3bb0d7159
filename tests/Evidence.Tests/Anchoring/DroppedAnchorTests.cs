using System.Text.Json.Nodes;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Ledger.Rpc;
using Evidence.Node.Anchoring;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Anchoring;

/// <summary>A whole node on a real development chain that drops blocks with an anchor whose proof the node keeps.</summary>
public sealed class DroppedAnchorTests : IAsyncLifetime
{
    private readonly AnvilFixture _anvil = new(); // of its own: the chain goes back for everybody on it
    private readonly HttpClient _http = new();

    public Task InitializeAsync() => _anvil.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _anvil.DisposeAsync();
        _http.Dispose();
    }

    [AnvilFact]
    public async Task Alerts_anchors_anew_and_heals_when_the_chain_drops_an_anchor()
    {
        await using var node = await StartAsync();
        var kept = (await Upload.Of([1]).SendAsync(node)).Record;
        await node.AnchoredAsync(kept);
        var snapshot = (await RpcAsync("evm_snapshot")).AsText("snapshot");
        var dropped = (await Upload.Of([2]).SendAsync(node)).Record;
        var before = (await node.AnchoredAsync(dropped)).Anchor;
        await RpcAsync("evm_revert", snapshot);

        await Eventually.TrueAsync(() => node.Alerts.All.Any(static alert => alert.Cause == AnchorAlerts.AnchorsLost), "the loss is noticed");
        await Eventually.TrueAsync(() => node.Alerts.FindOpen(AnchorAlerts.AnchorsLost) is null, "the log is anchored again");
        Assert.Contains("of 2 leaves", node.Alerts.All.Single(static alert => alert.Cause == AnchorAlerts.AnchorsLost).Message, StringComparison.Ordinal);
        var onChain = (await _anvil.Client().LatestAsync(node.LogId, CancellationToken.None))!;
        var now = (await node.AnchoredAsync(dropped)).Anchor;
        Assert.Equal((2UL, onChain.BlockNumber, onChain.Time), (now.Size, now.BlockNumber, DateTimeOffset.FromUnixTimeMilliseconds(now.BlockUnixMs)));
        Assert.NotEqual(before.BlockHash, now.BlockHash);
        foreach (var record in new[] { kept, dropped }) Assert.Equal(Core.Verification.Outcome.Intact, await VerifyPackageAsync(node, record));
    }

    private async Task<Core.Verification.Outcome> VerifyPackageAsync(TestNode node, string record)
    {
        using var zip = new MemoryStream();
        await node.Client.DownloadPackageAsync(record, zip, CancellationToken.None);
        zip.Position = 0;
        return EvidencePackageReader.Verify(zip, Trust(node)).Whole;
    }

    private async Task<TestNode> StartAsync()
    {
        var node = TestNode.Create();
        await Task.WhenAll(_anvil.Members.Take(2).Select(member =>
            _anvil.Consortium().RegisterLogAsync(member, node.LogId, node.Identity.OperatorAddress, node.Identity.Origin, CancellationToken.None)));
        var trust = node.Write("trust.json", System.Text.Encoding.UTF8.GetString(TrustPolicyJson.Encode(Trust(node))));
        node.UsesConfiguredLedger = true;
        node.Edit(json =>
        {
            json["requireSignature"] = false;
            json["trust"] = trust;
            json["ledger"]!["endpoints"] = new JsonArray(_anvil.Chain.Url.AbsoluteUri);
            json["ledger"]!["genesis"] = _anvil.Deployment.Genesis;
            json["ledger"]!["chainId"] = _anvil.Deployment.ChainId;
            json["ledger"]!["contract"] = _anvil.Deployment.Contract;
        });
        await node.StartAsync();
        return node;
    }

    private TrustPolicy Trust(TestNode node) => new(
        new TrustedChain(_anvil.Deployment.ChainId, _anvil.Deployment.Genesis, _anvil.Deployment.Contract.ToLowerInvariant(), "none", []),
        [new TrustedKey(node.Identity.LogKey)],
        [new TrustedWitness(node.Witness.Key)],
        new TrustQuorum(Seals: false, Witnesses: 1),
        default);

    private Task<System.Text.Json.JsonElement> RpcAsync(string method, params JsonNode?[] parameters) =>
        new JsonRpcEndpoint(_anvil.Chain.Url, _http, TimeSpan.FromSeconds(10), TimeProvider.System).CallAsync(method, CancellationToken.None, parameters);
}

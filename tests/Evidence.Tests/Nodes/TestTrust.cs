using System.Text.Json.Nodes;
using Evidence.Core.Trust;

namespace Evidence.Tests.Nodes;

/// <summary>A trust.json for one node on the ledger in memory: one witness suffices, because that chain has no seals.</summary>
internal static class TestTrust
{
    internal static TrustPolicy For(TestNode node) => new(
        new TrustedChain(FakeLedger.ChainId, FakeLedger.Genesis, FakeLedger.Contract, "none", []),
        [new TrustedKey(node.Identity.LogKey)],
        [new TrustedWitness(node.Witness.Key)],
        new TrustQuorum(Seals: false, Witnesses: 1),
        default);

    /// <summary>A node that runs, takes unsigned records, is registered, and judges by a trust.json.</summary>
    internal static async Task<TestNode> StartTrustingNodeAsync(Action<JsonObject>? configure = null)
    {
        var node = TestNode.Create(json =>
        {
            json["requireSignature"] = false;
            configure?.Invoke(json);
        });
        node.Register();
        var file = node.Write("trust.json", System.Text.Encoding.UTF8.GetString(TrustPolicyJson.Encode(For(node))));
        node.Edit(json => json["trust"] = JsonValue.Create(file));
        await node.StartAsync();
        return node;
    }
}

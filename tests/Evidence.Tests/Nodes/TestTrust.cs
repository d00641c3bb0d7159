using System.Text.Json.Nodes;
using Evidence.Core.Trust;

namespace Evidence.Tests.Nodes;

/// <summary>A trust.json for one node on the ledger in memory.</summary>
internal static class TestTrust
{
    internal static TrustPolicy For(TestNode node, int witnesses = 0, params string[] witnessKeys) => new(
        new TrustedChain(FakeLedger.ChainId, FakeLedger.Genesis, FakeLedger.Contract, "none", []),
        [new TrustedKey(node.Identity.LogKey)],
        [.. witnessKeys.Select(key => new TrustedKey(key))],
        new TrustQuorum(Seals: false, witnesses),
        default);

    /// <summary>Makes the node judge by this trust.json from its next start on.</summary>
    internal static void Give(TestNode node, TrustPolicy policy)
    {
        var file = node.Write("trust.json", System.Text.Encoding.UTF8.GetString(TrustPolicyJson.Encode(policy)));
        node.Edit(json => json["trust"] = JsonValue.Create(file));
    }

    /// <summary>A node that runs, takes unsigned records, is registered, and judges by a trust.json without a quorum of witnesses.</summary>
    internal static async Task<TestNode> StartTrustingNodeAsync(Action<JsonObject>? configure = null)
    {
        var node = TestNode.Create(json =>
        {
            json["requireSignature"] = false;
            configure?.Invoke(json);
        });
        node.Register();
        Give(node, For(node));
        await node.StartAsync();
        return node;
    }
}

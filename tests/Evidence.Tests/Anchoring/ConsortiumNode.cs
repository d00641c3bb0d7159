using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Ledger;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Anchoring;

/// <summary>Whole nodes that anchor on a consortium's ledger.</summary>
internal static class ConsortiumNode
{
    /// <summary>A node that runs, and whose log is registered.</summary>
    internal static async Task<TestNode> StartAsync(CliqueNet net)
    {
        var node = TestNode.Create();
        node.TakeOperatorKey(net.UserKey);
        await new Consortium(net.Client()).RegisterLogAsync(net.User, node.LogId, node.Identity.OperatorAddress, node.Identity.Origin, CancellationToken.None);
        var trust = WriteTrust(node, net.Trusted);
        node.UsesConfiguredLedger = true;
        node.Edit(json =>
        {
            json["requireSignature"] = false;
            json["trust"] = trust;
            var ledger = json["ledger"]!;
            ledger["endpoints"] = new JsonArray([.. net.Options.Endpoints.Select(static url => JsonValue.Create(url.AbsoluteUri))]);
            ledger["genesis"] = net.Trusted.Genesis;
            ledger["chainId"] = net.Trusted.ChainId;
            ledger["contract"] = net.Trusted.Contract;
            ledger["consensus"] = ConsensusNames.Clique;
            ledger["gasPrice"] = net.Options.GasPrice;
        });
        await node.StartAsync();
        return node;
    }

    /// <summary>Whom a node trusts from its next start on.</summary>
    /// <returns>The file.</returns>
    internal static string WriteTrust(TestNode node, TrustedChain chain) => node.Write("trust.json", Encoding.UTF8.GetString(TrustPolicyJson.Encode(TrustOf(node, chain))));

    /// <summary>What accepts a node's log on the seals of a chain's signers alone.</summary>
    internal static TrustPolicy TrustOf(TestNode node, TrustedChain chain) => new(chain, [new TrustedKey(node.Identity.LogKey)], [], new TrustQuorum(Seals: true, Witnesses: 0), default);

    internal static async Task<byte[]> PackageAsync(TestNode node, string record)
    {
        using var zip = new MemoryStream();
        await node.Client.DownloadPackageAsync(record, zip, CancellationToken.None);
        return zip.ToArray();
    }
}

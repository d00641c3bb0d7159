using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Trust;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Auditing;

/// <summary>A node and its mirror on a real chain: the mirror cosigns, attests, and both are named in the trust.json of an auditor.</summary>
internal sealed class AuditedNetwork : IAsyncDisposable
{
    private readonly AnvilFixture _anvil;
    private int _records;

    private AuditedNetwork(AnvilFixture anvil) => _anvil = anvil;

    internal TestNode Node { get; } = TestNode.Create();

    internal TestNode Mirror { get; } = TestNode.Create(name: "node2");

    internal string Trust { get; private set; } = "";

    internal static async Task<AuditedNetwork> StartAsync(AnvilFixture anvil, Action<JsonObject>? configure = null)
    {
        var network = new AuditedNetwork(anvil);
        foreach (var node in new[] { network.Node, network.Mirror }) await network.PrepareAsync(node);
        network.Node.Edit(json => json["listen"] = $"http://127.0.0.1:{FreePort()}"); // the mirror must find it again after a restart
        if (configure is not null) network.Node.Edit(configure);
        await network.Node.StartAsync();
        network.Mirror.Edit(json =>
        {
            json["peers"] = new JsonArray(new JsonObject { ["name"] = "node1", ["address"] = network.Node.Address.AbsoluteUri });
            json["replication"] = new JsonObject { ["everySeconds"] = 0.1, ["attestEverySeconds"] = 0.1 };
            json["replicas"] = new JsonObject { ["proveEverySeconds"] = 0.1 };
        });
        await network.Mirror.StartAsync();
        return network;
    }

    /// <summary>Files records at the node and waits until their anchor is proven, mirrored, cosigned and attested.</summary>
    internal async Task AnchorAsync(int records)
    {
        await FileAsync(Node, records);
        var ledger = _anvil.Client();
        await Eventually.GetAsync(
            () => ledger.AttestationsAsync(Node.LogId, default), all => all.Any(entry => entry.Replica == Mirror.Identity.OperatorAddress && entry.Size == Node.Logs.Own.Size), "the mirror attests all records");
        var anchors = (long)await ledger.AnchorCountAsync(Node.LogId, default);
        await Eventually.TrueAsync(() => Node.Logs.Own.Anchors.Count == anchors && Node.Logs.Own.Cosignatures.Count == anchors, "every anchor is proven and cosigned at the node");
        await Eventually.TrueAsync(() => Mirror.Logs.Mirrors[Node.Identity.Origin].Cosignatures.Count == anchors, "and at the mirror");
    }

    internal async Task FileAsync(TestNode node, int records)
    {
        for (var i = 0; i < records; i++) await Upload.Of(Encoding.UTF8.GetBytes($"record {_records++}")).SendAsync(node);
    }

    /// <summary>A node with the keys of the first one and, if that is stopped, a copy of its data; it anchors nothing.</summary>
    internal async Task<TestNode> CopyAsync(bool withData)
    {
        var copy = TestNode.Create(json =>
        {
            json.Remove("ledger");
            json["requireSignature"] = false;
        });
        copy.TakeKeysOf(Node);
        if (withData) CopyFolder(Node.DataFolder, copy.DataFolder);
        await copy.StartAsync();
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        await Mirror.DisposeAsync();
        await Node.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task PrepareAsync(TestNode node)
    {
        await Task.WhenAll(_anvil.Members.Take(2).Select(member =>
            _anvil.Consortium().RegisterLogAsync(member, node.LogId, node.Identity.OperatorAddress, node.Identity.Origin, CancellationToken.None)));
        var policy = new TrustPolicy(
            new TrustedChain(_anvil.Deployment.ChainId, _anvil.Deployment.Genesis, _anvil.Deployment.Contract.ToLowerInvariant(), "none", []),
            [new TrustedKey(Node.Identity.LogKey), new TrustedKey(Mirror.Identity.LogKey)],
            [new TrustedWitness(Mirror.Identity.WitnessKey, Mirror.Identity.Origin)],
            new TrustQuorum(Seals: false, Witnesses: 1),
            default);
        Trust = node.Write("trust.json", Encoding.UTF8.GetString(TrustPolicyJson.Encode(policy)));
        node.UsesConfiguredLedger = true;
        node.Edit(json =>
        {
            json["requireSignature"] = false;
            json["trust"] = Trust;
            json["ledger"]!["endpoints"] = new JsonArray(_anvil.Chain.Url.AbsoluteUri);
            json["ledger"]!["genesis"] = _anvil.Deployment.Genesis;
            json["ledger"]!["chainId"] = _anvil.Deployment.ChainId;
            json["ledger"]!["contract"] = _anvil.Deployment.Contract;
        });
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Trust;
using Evidence.Storage;
using Evidence.Tests.Nodes;
using Evidence.V1;

namespace Evidence.Tests.Replication;

/// <summary>Nodes in this process that mirror each other and anchor on one ledger in memory. Every node trusts the logs and witnesses of all.</summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    private readonly TestNode[] _nodes;
    private readonly int[] _ports;
    private readonly Random _random = new(17);

    private TestNetwork(FakeLedger ledger, TestNode[] nodes, int[] ports) => (Ledger, _nodes, _ports) = (ledger, nodes, ports);

    internal FakeLedger Ledger { get; }

    /// <summary>What every node trusts, and an auditor may.</summary>
    internal TrustPolicy Trust => new(
        new TrustedChain(FakeLedger.ChainId, FakeLedger.Genesis, FakeLedger.Contract, "none", []),
        [.. _nodes.Select(other => new TrustedKey(other.Identity.LogKey))],
        [.. _nodes.Select(other => new TrustedWitness(other.Identity.WitnessKey, other.Identity.Origin))],
        new TrustQuorum(Seals: false, Witnesses: 1),
        default);

    internal TestNode this[int index] => _nodes[index];

    /// <summary>Makes and starts the nodes; <paramref name="configure"/> edits the node.json of each.</summary>
    internal static async Task<TestNetwork> StartAsync(int count, Action<JsonObject>? configure = null)
    {
        var ledger = new FakeLedger(TimeProvider.System);
        TestNode[] nodes = [.. Enumerable.Range(1, count).Select(number => TestNode.Create(configure, ledger, $"node{number}"))];
        var network = new TestNetwork(ledger, nodes, FreePorts(count));
        for (var i = 0; i < count; i++) network.Configure(i);
        foreach (var node in nodes) await node.StartAsync();
        return network;
    }

    /// <summary>Files records of random content, 1 to 3 KB each, at a node.</summary>
    internal async Task ArchiveAsync(int node, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var content = new byte[_random.Next(1000, 3000)];
            _random.NextBytes(content);
            await Upload.Of(content, $"file{i}.bin").SendAsync(_nodes[node]);
        }
    }

    /// <summary>Waits until everything is anchored, mirrored and cosigned everywhere.</summary>
    internal async Task SettleAsync()
    {
        foreach (var origin in _nodes)
        {
            await Eventually.TrueAsync(() => IsAnchored(origin), $"all of {origin.Identity.Name} is anchored and proven");
            foreach (var other in _nodes.Where(node => node != origin)) await Eventually.TrueAsync(() => IsMirrored(origin, other), $"{other.Identity.Name} mirrors {origin.Identity.Name}");
            await Eventually.TrueAsync(() => IsCosigned(origin), $"every anchor of {origin.Identity.Name} is cosigned by all");
        }
    }

    internal LogStore Mirror(int holder, int origin) => _nodes[holder].Logs.Mirrors[_nodes[origin].Identity.Origin];

    internal static async Task<Sweep> SweepAsync(TestNode node)
    {
        var begun = await node.Client.Monitor.StartSweepAsync(new StartSweepRequest());
        using var watch = node.Client.Monitor.WatchSweep(new WatchSweepRequest { Sweep = begun.Sweep_ });
        var last = begun;
        while (await watch.ResponseStream.MoveNext(CancellationToken.None)) last = watch.ResponseStream.Current;
        return last;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    private bool IsAnchored(TestNode node)
    {
        var own = node.Logs.Own;
        var anchors = Ledger.Anchors(node.LogId);
        return own.Size == 0 || (anchors.Count > 0 && anchors[^1].Size == own.Size && own.Anchors.Count == anchors.Count);
    }

    private static bool IsMirrored(TestNode origin, TestNode holder) =>
        holder.Logs.Mirrors.TryGetValue(origin.Identity.Origin, out var mirror)
        && mirror.Size == origin.Logs.Own.Size
        && mirror.Checkpoint?.Text == origin.Logs.Own.Checkpoint?.Text
        && mirror.Anchors.Count == origin.Logs.Own.Anchors.Count
        && mirror.Cosignatures.Count == mirror.Anchors.Count;

    private bool IsCosigned(TestNode origin) => origin.Logs.Own.Cosignatures.Count == origin.Logs.Own.Anchors.Count * (_nodes.Length - 1);

    private void Configure(int index)
    {
        var node = _nodes[index];
        node.Register();
        var trust = node.Write("trust.json", Encoding.UTF8.GetString(TrustPolicyJson.Encode(Trust)));
        node.Edit(json =>
        {
            json["trust"] = trust;
            json["requireSignature"] = false;
            json["listen"] = Address(index);
            json["peers"] = new JsonArray([.. Enumerable.Range(0, _nodes.Length).Where(other => other != index)
                .Select(other => new JsonObject { ["name"] = _nodes[other].Identity.Name, ["address"] = Address(other) })]);
        });
    }

    private string Address(int index) => $"http://127.0.0.1:{_ports[index]}";

    // The nodes must know each other's addresses before any of them listens.
    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}

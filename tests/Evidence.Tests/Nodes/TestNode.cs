using System.Text.Json.Nodes;
using Evidence.Client;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Node.Configuration;
using Evidence.Node.Hosting;
using Evidence.Node.Logs;
using Evidence.Node.Monitoring.Alerting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Nodes;

/// <summary>A whole node in this process: real Kestrel on a free port, real files, a ledger in memory.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private RunningNode? _running;
    private EvidenceClient? _client;

    private TestNode(FakeLedger ledger, NodeIdentity identity) => (Ledger, Identity) = (ledger, identity);

    internal FakeLedger Ledger { get; }

    internal NodeIdentity Identity { get; private set; }

    internal TestWitness Witness { get; } = new();

    /// <summary>The node's clock from its next start on.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Whether the node speaks to the ledger of its node.json instead of the one in memory.</summary>
    internal bool UsesConfiguredLedger { get; set; }

    internal string DataFolder => _folder.At("data");

    internal Digest LogId => VerifierKey.Parse(Identity.LogKey).LogId;

    internal IServiceProvider Services => _running!.Services;

    internal Uri Address => _running!.Address;

    internal EvidenceClient Client => _client!;

    internal NodeLogs Logs => Services.GetRequiredService<NodeLogs>();

    internal AlertBook Alerts => Services.GetRequiredService<AlertBook>();

    /// <summary>Makes a node; <paramref name="configure"/> edits its node.json. It does not run yet.</summary>
    internal static TestNode Create(Action<JsonObject>? configure = null, FakeLedger? ledger = null, string name = "node1")
    {
        var node = new TestNode(ledger ?? new FakeLedger(TimeProvider.System), null!);
        node.Identity = NodeInitializer.Init(node._folder.Path, new NodeInitOptions(name, $"evidence.test/{name}", "http://127.0.0.1:0"));
        OpenDoor.In(node.Identity.ConfigFile);
        node.Edit(json => json["ledger"] = new JsonObject
        {
            ["endpoints"] = new JsonArray("http://127.0.0.1:1"),
            ["chainId"] = FakeLedger.ChainId,
            ["contract"] = FakeLedger.Contract,
            ["anchorEverySeconds"] = 0,
        });
        node.Edit(json => json["events"] = new JsonObject { ["sealAfterSeconds"] = 86_400 }); // a log grows by what a test files
        if (configure is not null) node.Edit(configure);
        return node;
    }

    /// <summary>A node that runs, takes unsigned records, and is registered on its ledger.</summary>
    internal static async Task<TestNode> StartNewAsync(Action<JsonObject>? configure = null, FakeLedger? ledger = null)
    {
        var node = Create(json =>
        {
            json["requireSignature"] = false;
            configure?.Invoke(json);
        }, ledger);
        node.Register();
        await node.StartAsync();
        return node;
    }

    /// <summary>Waits until the record is anchored, and has the witness cosign.</summary>
    internal async Task<V1.Record> AnchoredAsync(string record)
    {
        var anchored = await Eventually.GetAsync(
            () => Client.GetRecordAsync(record, CancellationToken.None), r => r.State == V1.AnchorState.Anchored, "the record is anchored");
        await Witness.CosignAsync(this);
        return anchored;
    }

    internal void Register() => Ledger.Register(LogId, Identity.OperatorAddress, Identity.Origin);

    /// <summary>Makes this node, which has not started yet, one of the same keys.</summary>
    internal void TakeKeysOf(TestNode other)
    {
        foreach (var key in Directory.GetFiles(other._folder.At("keys"))) File.Copy(key, _folder.At("keys", Path.GetFileName(key)), overwrite: true);
        Identity = NodeInitializer.Describe(Identity.ConfigFile);
    }

    /// <summary>Makes this node, which has not started yet, operate its log with an account of the ledger.</summary>
    /// <param name="key">The account's secret key, hex.</param>
    internal void TakeOperatorKey(string key)
    {
        File.WriteAllText(_folder.At("keys", "operator.key"), key);
        Identity = NodeInitializer.Describe(Identity.ConfigFile);
    }

    internal void Edit(Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(File.ReadAllText(Identity.ConfigFile))!.AsObject();
        edit(json);
        File.WriteAllText(Identity.ConfigFile, json.ToJsonString());
    }

    /// <summary>Writes a file beside node.json.</summary>
    internal string Write(string name, string text)
    {
        File.WriteAllText(_folder.At(name), text);
        return _folder.At(name);
    }

    internal async Task StartAsync()
    {
        _running = await RunningNode.StartAsync(
            NodeOptionsReader.Read(Identity.ConfigFile), new NodeSeams(Time, UsesConfiguredLedger ? null : Ledger), logging => logging.SetMinimumLevel(LogLevel.None), CancellationToken.None);
        _client = new EvidenceClient(_running.Address.AbsoluteUri);
    }

    internal async Task StopAsync()
    {
        _client?.Dispose();
        if (_running is not null) await _running.DisposeAsync();
        (_client, _running) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Evidence.Client;
using Evidence.Network;
using Evidence.Tests.Network;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Faults.Processes;

/// <summary>The rows of the fault table, one after the other and not beside other tests, over one network.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultTable : ICollectionFixture<FaultNetwork>
{
    public const string Name = "fault table";
}

/// <summary>
/// Three nodes as processes, which reach each other over links that can be cut. Volumes are small, so that there are many; each row takes some that no other row has touched.
/// A row that has not ended as the table says leaves the network spoilt: the next one has a new one.
/// </summary>
public sealed class FaultNetwork : IAsyncDisposable, IAsyncLifetime
{
    private const int Nodes = 3, EarlyRecords = 260, RowRecords = 390, EarlyBytes = 200, ContentBytes = 16_000, VolumeBytes = 1 << 16;

    private readonly Dictionary<(int From, int To), TcpRelay> _links = [];
    private readonly Queue<uint> _volumes = [];
    private RunningNetwork? _network;

    internal IReadOnlyList<NodeProcess> Processes => _network!.Local.Nodes;

    internal LocalNetwork Local => _network!.Local;

    /// <summary>The records of node 1's own log, by leaf. The first ones are small and fill a tile; the last one lies in the open volume.</summary>
    internal List<(string Id, byte[] Content)> Records { get; } = [];

    /// <summary>Leaf of the last record of each closed volume that rows may take.</summary>
    internal Dictionary<uint, int> LastLeaves { get; } = [];

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links.Values) link.Dispose();
        _links.Clear();
        if (_network is not null) await _network.DisposeAsync();
        _network = null;
    }

    /// <summary>The network as a row finds it: everything runs, and no alert is open.</summary>
    internal async Task<FaultScene> BeginAsync(int node)
    {
        if (_network is not null && _volumes.Count >= FaultScene.VolumesOfRow && await TryBeginAsync(node) is { } scene) return scene;
        await RenewAsync();
        return await TryBeginAsync(node) ?? throw new InvalidOperationException("a new network is not in order");
    }

    private async Task<FaultScene?> TryBeginAsync(int node)
    {
        var scene = new FaultScene(this, node, [.. Enumerable.Range(0, FaultScene.VolumesOfRow).Select(_ => _volumes.Dequeue())]);
        return await scene.TryBeginAsync() ? scene : null;
    }

    /// <summary>The next row has a new network.</summary>
    internal async Task SpoilAsync() => await DisposeAsync();

    internal TcpRelay Link(int from, int to) => _links[(from, to)];

    /// <summary>Ends a node, changes its node.json, and starts it.</summary>
    internal async Task ConfigureAsync(int node, Action<JsonObject> change)
    {
        var process = Processes[node - 1];
        await process.StopAsync(CancellationToken.None);
        var json = JsonNode.Parse(await File.ReadAllTextAsync(process.Files.Config))!.AsObject();
        change(json);
        await File.WriteAllTextAsync(process.Files.Config, json.ToJsonString());
        await process.StartAsync(CancellationToken.None);
    }

    private async Task RenewAsync()
    {
        await DisposeAsync();
        _network = await RunningNetwork.StartAsync(Nodes);
        Records.Clear();
        await Task.WhenAll(Enumerable.Range(1, Nodes).Select(node => ConfigureAsync(node, json => Set(json, node))));
        await FillAsync();
    }

    private void Set(JsonObject json, int node)
    {
        json["volumeBytes"] = VolumeBytes;
        json["replicas"] = new JsonObject { ["proveEverySeconds"] = 0 }; // only rows that are about it: else it finds what a row has damaged before the row looks
        foreach (var peer in json["peers"]!.AsArray())
        {
            var to = int.Parse(peer!["name"]!.ToString().AsSpan("node".Length), CultureInfo.InvariantCulture);
            peer["address"] = $"http://127.0.0.1:{LinkTo(node, to)}";
        }
    }

    private int LinkTo(int from, int to)
    {
        lock (_links)
        {
            var link = new TcpRelay(new Uri(Processes[to - 1].Url).Port);
            _links.Add((from, to), link);
            return link.Port;
        }
    }

    private async Task FillAsync()
    {
        using var client = Processes[0].Connect();
        var contents = Enumerable.Range(0, EarlyRecords + RowRecords + 1).Select(i => Storage.TestLog.Content(i, i < EarlyRecords ? EarlyBytes : ContentBytes)).ToList();
        var drafts = contents.Select(RunningNetwork.Draft).ToList();
        var ids = new Dictionary<RecordDraft, (ulong Leaf, string Id)>(ReferenceEqualityComparer.Instance);
        await foreach (var outcome in client.ArchiveManyAsync(drafts.ToAsyncEnumerable(), CancellationToken.None)) ids.Add(outcome.Draft, (outcome.Receipt!.Leaf, outcome.Receipt.Record));
        Records.AddRange(drafts.Select((draft, i) => (ids[draft], contents[i])).OrderBy(static record => record.Item1.Leaf).Select(static record => (record.Item1.Id, record.Item2)));
        var verdict = await RunningNetwork.WaitForIntactAsync(client, Records[^1].Id);
        Assert.True(verdict.Whole == Core.Verification.Outcome.Intact, RunningNetwork.Describe(verdict));
        // Both replicas must hold all of it, so that there are two copies to repair from.
        await Eventually.GetAsync(async () => (await client.ListAnchorsAsync("", CancellationToken.None).FirstAsync()).Cosignatures, static cosignatures => cosignatures == Nodes - 1, "both peers have cosigned");
        TakeStock();
    }

    // Every volume but the open one that holds none of the small records.
    private void TakeStock()
    {
        _volumes.Clear();
        LastLeaves.Clear();
        var files = Directory.GetFiles(Path.Combine(Processes[0].Files.OwnLog, "volumes"), "v*.tar").Order(StringComparer.Ordinal).ToList();
        foreach (var file in files.SkipLast(1))
        {
            var bytes = File.ReadAllBytes(file);
            var held = Enumerable.Range(0, Records.Count).Where(leaf => bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Records[leaf].Id)) >= 0).ToList();
            if (held.Count == 0 || held[0] < EarlyRecords) continue;
            var volume = uint.Parse(Path.GetFileNameWithoutExtension(file).AsSpan(1), CultureInfo.InvariantCulture);
            LastLeaves.Add(volume, held[^1]);
            _volumes.Enqueue(volume);
        }
    }
}

using Evidence.Ledger;
using Evidence.Network.Ledger;
using Evidence.Network.Processes;

namespace Evidence.Network;

/// <summary>A ledger and nodes as processes on this machine, on free ports of loopback, with all data in one folder.</summary>
public sealed class LocalNetwork : IAsyncDisposable
{
    private readonly LocalNetworkOptions _options;
    private readonly List<NodeProcess> _nodes = [];

    private LocalNetwork(LocalNetworkOptions options, DevelopmentLedger ledger) => (_options, Ledger) = (options, ledger);

    /// <summary>Folder of all data.</summary>
    public string Folder => _options.Folder;

    /// <summary>The development chain.</summary>
    public DevelopmentLedger Ledger { get; }

    /// <summary>The contract and the chain that holds it.</summary>
    public Deployment Deployment { get; private set; } = null!;

    /// <summary>The nodes.</summary>
    public IReadOnlyList<NodeProcess> Nodes => _nodes;

    /// <summary>trust.json: this chain, all logs and witnesses, the quorum of all other nodes. Not used by a node that is alone.</summary>
    public string TrustFile => Path.Combine(Folder, "trust.json");

    /// <summary>Starts the ledger, deploys the contract, makes the nodes, registers their logs and starts them.</summary>
    /// <exception cref="InvalidOperationException">The folder is not empty, or a node did not start.</exception>
    public static async Task<LocalNetwork> StartAsync(LocalNetworkOptions options, TimeProvider time, CancellationToken ct)
    {
        Directory.CreateDirectory(options.Folder);
        if (Directory.Exists(Path.Combine(options.Folder, "ledger"))) throw new InvalidOperationException($"{options.Folder} already holds a network: choose another folder");
        var ledgerOptions = new DevelopmentLedgerOptions { Folder = Path.Combine(options.Folder, "ledger"), PackageFolder = options.PackageFolder };
        var network = new LocalNetwork(options, await DevelopmentLedger.StartAsync(ledgerOptions, time, ct));
        try
        {
            await network.SetUpAsync(time, ct);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops all nodes in order.</summary>
    public Task StopNodesAsync(CancellationToken ct) => Task.WhenAll(_nodes.Select(n => n.StopAsync(ct)));

    /// <summary>Leaves all processes running when this object is disposed of.</summary>
    public void Detach()
    {
        foreach (var node in _nodes) node.Detach();
        Ledger.Detach();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await Ledger.DisposeAsync();
    }

    private async Task SetUpAsync(TimeProvider time, CancellationToken ct)
    {
        var ports = FreePorts.Take(_options.Nodes);
        var files = ports.Select((port, i) => NetworkFiles.Init(Folder, $"node{i + 1}", $"http://127.0.0.1:{port}")).ToList();
        Deployment = await new Registration(Ledger.Url, time).RegisterAsync(files, ct);
        NetworkFiles.WriteTrust(TrustFile, Deployment, files, _options.SignatureRoots);
        foreach (var file in files) NetworkFiles.Configure(file, files, Deployment, Ledger.Url, _options);
        _nodes.AddRange(files.Select(f => new NodeProcess(f, _options.Cli, time)));
        await Task.WhenAll(_nodes.Select(n => n.StartAsync(ct)));
    }
}

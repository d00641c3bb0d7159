using Evidence.Bench.Goals;
using Evidence.Client;
using Evidence.Network;

namespace Evidence.Bench.Nodes;

/// <summary>A node as users run it, in a process of its own with fresh data, and the ledger that it anchors on.</summary>
internal sealed class BenchNode : IAsyncDisposable
{
    private readonly BenchContext _context;
    private readonly LocalNetwork _network;
    private readonly bool _isOfRun;
    private string _purpose;
    private double _ownCpu;

    private BenchNode(BenchContext context, LocalNetwork network, string purpose, bool isOfRun) =>
        (_context, _network, _purpose, _ownCpu, _isOfRun) = (context, network, purpose, OwnCpu(), isOfRun);

    /// <summary>The node.</summary>
    internal NodeProcess Process => _network.Nodes[0];

    /// <summary>The nodes that mirror it.</summary>
    internal IReadOnlyList<NodeProcess> Mirrors => [.. _network.Nodes.Skip(1)];

    /// <summary>Folder of the node's data.</summary>
    internal string Data => Process.Files.Data;

    /// <summary>Starts a ledger, and a node that takes unsigned records too.</summary>
    /// <param name="context">The run.</param>
    /// <param name="purpose">What it runs for, as the table says it.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="signatureRoots">PEM of the roots that signatures may end at.</param>
    /// <param name="anchorEverySeconds">How often it anchors; null: as often as a node does by itself.</param>
    /// <param name="folder">Folder of all its data, which is not there yet; null: one of the run.</param>
    /// <param name="mirrors">How many further nodes mirror it.</param>
    /// <exception cref="NotMeasuredException">Ledger or node did not start.</exception>
    internal static async Task<BenchNode> StartAsync(BenchContext context, string purpose, CancellationToken ct, string? signatureRoots = null, int? anchorEverySeconds = 2, string? folder = null, int mirrors = 0)
    {
        context.RemoveDiscarded();
        var options = new LocalNetworkOptions { Folder = folder ?? context.FreshPath("node"), Nodes = 1 + mirrors, RequireSignature = false, SignatureRoots = signatureRoots, AnchorEverySeconds = anchorEverySeconds };
        try
        {
            return new BenchNode(context, await LocalNetwork.StartAsync(options, context.Time, ct), purpose, folder is null);
        }
        catch (InvalidOperationException e)
        {
            throw new NotMeasuredException($"the node did not start: {e.Message}", e);
        }
    }

    /// <summary>How many transactions the node has on the chain.</summary>
    internal Task<ulong> TransactionsAsync(CancellationToken ct) => _network.Ledger.TransactionCountAsync(Process.Files.Identity.OperatorAddress, ct);

    /// <summary>A client as the command line uses it.</summary>
    internal EvidenceClient Connect() => Process.Connect();

    /// <summary>Starts the node again after <see cref="StopAsync"/>.</summary>
    internal Task RestartAsync(string purpose, CancellationToken ct)
    {
        (_purpose, _ownCpu) = (purpose, OwnCpu());
        return Process.StartAsync(ct);
    }

    /// <summary>Notes what the processes used, and ends them in order.</summary>
    internal async Task StopAsync(CancellationToken ct)
    {
        foreach (var mirror in Mirrors) await EndAsync(mirror, $"{_purpose}: {mirror.Name} mirrors", ct);
        await EndAsync(Process, _purpose, ct);
    }

    /// <summary>Stops it and discards its data, unless they lie in a folder of others.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        await _network.DisposeAsync();
        if (_isOfRun) _context.Discard(_network.Folder);
    }

    private async Task EndAsync(NodeProcess node, string purpose, CancellationToken ct)
    {
        if (node.Pid is not 0 and var pid)
            _context.NodeRuns.Add(new NodeRun(purpose, ProcessFigures.PeakBytes(pid), ProcessFigures.CpuSeconds(pid), OwnCpu() - _ownCpu, Anchored: true));
        await node.StopAsync(ct);
    }

    private static double OwnCpu() => Environment.CpuUsage.TotalTime.TotalSeconds;
}

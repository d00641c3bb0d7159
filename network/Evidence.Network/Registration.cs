using Evidence.Core;
using Evidence.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Network;

/// <summary>Deploys the contract with every node as a member, and has each log approved by two of them.</summary>
internal sealed class Registration(Uri ledger, TimeProvider time)
{
    private const int Threshold = 2;

    internal async Task<Deployment> RegisterAsync(IReadOnlyList<NodeFiles> nodes, CancellationToken ct)
    {
        using var http = new HttpClient();
        var keys = nodes.Select(n => OperatorKey.Load(n.OperatorKey)).ToList();
        var threshold = Math.Min(Threshold, nodes.Count);
        var deployment = await Client(http, null).DeployAsync(keys[0], [.. keys.Select(k => k.Address)], threshold, ct);
        var consortium = new Consortium(Client(http, deployment));
        // Every member sends its own approvals one after the other; each log is approved by its own node and the next ones.
        await Task.WhenAll(keys.Select((key, member) => ApproveAsync(consortium, key, nodes, member, threshold, ct)));
        return deployment;
    }

    private static async Task ApproveAsync(
        Consortium consortium, OperatorKey key, IReadOnlyList<NodeFiles> nodes, int member, int threshold, CancellationToken ct)
    {
        for (var i = 0; i < threshold; i++)
        {
            var node = nodes[(member + i) % nodes.Count].Identity;
            await consortium.RegisterLogAsync(key, Digest.Parse(node.LogId), node.OperatorAddress, node.Origin, ct);
        }
    }

    private LedgerClient Client(HttpClient http, Deployment? deployment)
    {
        var options = new LedgerOptions { Endpoints = [ledger], ChainId = deployment?.ChainId, Genesis = deployment?.Genesis, Contract = deployment?.Contract };
        return new LedgerClient(options, http, time, NullLogger<LedgerClient>.Instance);
    }
}

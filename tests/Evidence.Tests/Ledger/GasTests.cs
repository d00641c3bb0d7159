using System.Globalization;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Ledger.Rpc;
using Xunit.Abstractions;

namespace Evidence.Tests.Ledger;

/// <summary>What an anchor costs at the sizes of real logs, on a chain. Nobody builds those trees here: the hashes that no proof looks into are made up.</summary>
[Collection(AnvilCollection.Name)]
public sealed class GasTests(AnvilFixture anvil, ITestOutputHelper output)
{
    [AnvilFact]
    public async Task An_anchor_costs_little_more_when_the_log_is_a_million_times_larger()
    {
        ulong[] sizes = [1_000, 1_000_000, 1_000_000_000];
        ulong[] most = [115_000, 140_000, 155_000];
        for (var i = 0; i < sizes.Length; i++)
        {
            var used = await MeasureAsync(i == 0 ? 999 : sizes[i] - 999, sizes[i]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sizes[i]} leaves: {used} gas"));
            Assert.InRange(used, 21_000UL, most[i]);
        }
    }

    private async Task<ulong> MeasureAsync(ulong from, ulong to)
    {
        var (log, tree, ledger) = (await anvil.RegisterAsync(1), new MadeUpTree(from), anvil.Client());
        var first = await ledger.SubmitAnchorAsync(log.Operator, log.Id, from, TreeRoot.At(from, tree), [], default);
        await ledger.CaptureAsync(first, log.Id, Signed(log, from, tree), default);
        var second = await ledger.SubmitAnchorAsync(log.Operator, log.Id, to, TreeRoot.At(to, tree), ConsistencyProof.Make(from, to, tree), default);
        await ledger.CaptureAsync(second, log.Id, Signed(log, to, tree), default);
        using var http = new HttpClient();
        var rpc = new JsonRpcEndpoint(anvil.Chain.Url, http, TimeSpan.FromSeconds(10), TimeProvider.System);
        return (await rpc.CallAsync("eth_getTransactionReceipt", default, second)).Quantity("gasUsed");
    }

    private static string Signed(TestLog log, ulong size, MadeUpTree tree) => new Checkpoint(log.Origin, size, TreeRoot.At(size, tree)).SignedBy(log.Signer).Encode();

    /// <summary>A tree of which only the subtrees that a boundary between two leaves cuts are computed: all others are made up from their place.</summary>
    private sealed class MadeUpTree(ulong boundary) : INodeSource
    {
        public Digest Node(int level, ulong index) => boundary > index << level && boundary < (index + 1) << level
            ? MerkleTree.NodeHash(Node(level - 1, 2 * index), Node(level - 1, (2 * index) + 1))
            : Digest.Of([.. BitConverter.GetBytes(level), .. BitConverter.GetBytes(index)]);
    }
}

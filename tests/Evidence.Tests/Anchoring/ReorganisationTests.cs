using System.Text.Json.Nodes;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Packages;
using Evidence.Core.Verification;
using Evidence.Ledger.Rpc;
using Evidence.Node.Anchoring;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Anchoring;

/// <summary>A whole node on a consortium's ledger whose signers drop a block with an anchor for a heavier chain.</summary>
[Collection(nameof(CliqueNet))]
public sealed class ReorganisationTests(CliqueNet net) : IAsyncLifetime
{
    private const int Minority = 0;
    private static readonly int[] Majority = [1, 2, 3];

    private readonly HttpClient _http = new();

    private static CancellationToken Ct => CancellationToken.None;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Leaves a network that agrees, also after a failure half way.</summary>
    public async Task DisposeAsync()
    {
        _http.Dispose();
        if (CliqueNet.Source is not null) await net.RenewAsync();
    }

    [CliqueNetFact]
    public async Task Claims_nothing_of_a_minoritys_block_and_is_anchored_once_in_the_chain_that_wins()
    {
        await using var node = await ConsortiumNode.StartAsync(net);
        var first = await AnchorAsync(node, 1);
        var sent = await SentAsync();
        await CutOffMinorityAsync();
        var record = (await Upload.Of([2]).SendAsync(node)).Record;
        var dropped = await Eventually.GetAsync(() => BlockAsync(Minority, "latest"), static block => block.Transactions > 0, "the minority seals the anchor");
        Assert.NotEqual(V1.AnchorState.Anchored, (await node.Client.GetRecordAsync(record, Ct)).State);

        await net.KillAsync(Minority);
        foreach (var signer in Majority) await net.StartAsync(signer);
        var anchored = (await node.AnchoredAsync(record)).Anchor;
        await net.StartAllAsync();
        Assert.NotEqual(dropped.Hash, (await BlockAsync(Minority, Hex.Quantity(dropped.Number))).Hash);
        Assert.NotEqual(dropped.Hash, Hex.Data(anchored.BlockHash.ToByteArray()));
        await AssertAnchoredAsync(node, sent + 1, first, record);
        Assert.DoesNotContain(node.Alerts.All, static alert => alert.Cause == AnchorAlerts.AnchorsLost);
    }

    [CliqueNetFact]
    public async Task Alerts_anchors_anew_and_heals_when_signers_are_set_back_and_outweigh_the_chain_that_has_the_anchor()
    {
        await using var node = await ConsortiumNode.StartAsync(net);
        var first = await AnchorAsync(node, 1);
        await net.KillAllAsync();
        foreach (var signer in Majority) net.BackUp(signer);
        await net.StartAllAsync();
        var common = (await BlockAsync(Minority, "latest")).Number;
        var sent = await SentAsync();
        var second = await AnchorAsync(node, 2);
        var dropped = (await node.Client.GetRecordAsync(second, Ct)).Anchor;

        var outweighed = 2 * ((await BlockAsync(Minority, "latest")).Number + 2 - common); // no block weighs more than 2, and two more may come before the kill
        await net.KillAllAsync();
        foreach (var signer in Majority) net.Restore(signer);
        foreach (var signer in Majority) await net.StartAsync(signer);
        await Eventually.TrueAsync(() => node.Alerts.All.Any(static alert => alert.Cause == AnchorAlerts.AnchorsLost), "the loss is noticed");
        await Eventually.TrueAsync(() => node.Alerts.FindOpen(AnchorAlerts.AnchorsLost) is null, "the log is anchored again");
        Assert.Contains("of 2 leaves", node.Alerts.All.Single(static alert => alert.Cause == AnchorAlerts.AnchorsLost).Message, StringComparison.Ordinal);
        // The signer that still has the anchor is outweighed and drops it: no block weighs less than 1.
        await Eventually.GetAsync(() => BlockAsync(Majority[0], "latest"), block => block.Number > common + outweighed, "the signers that were set back outweigh it");
        await net.StartAllAsync();
        Assert.NotEqual(Hex.Data(dropped.BlockHash.ToByteArray()), (await BlockAsync(Minority, Hex.Quantity(dropped.BlockNumber))).Hash);
        Assert.NotEqual(dropped.BlockHash, (await node.AnchoredAsync(second)).Anchor.BlockHash);
        await AssertAnchoredAsync(node, sent + 1, first, second);
    }

    /// <summary>Leaves one signer alone that waits for a transaction, and may seal one block.</summary>
    private async Task CutOffMinorityAsync()
    {
        while (true)
        {
            await Eventually.GetAsync(MaySealAsync, static may => may, "it is the signer's turn soon");
            await net.KillAllAsync();
            await net.StartAsync(Minority, net.Write("waiting-signer.mjs", WaitingSigner));
            await Eventually.GetAsync(AnswersAsync, static answers => answers, "the signer answers");
            if (await MaySealAsync()) return;
            // It had sealed one more before it was killed.
            await net.KillAsync(Minority);
            await net.StartAllAsync();
        }
    }

    private const string WaitingSigner =
        """
        import './poa-fix.mjs'
        const { Miner } = await import(new URL('./node_modules/@ethereumjs/client/dist/esm/src/miner/miner.js', import.meta.url))
        const assemble = Miner.prototype.assembleBlock
        Miner.prototype.assembleBlock = async function () {
          if (this.service.txPool.txsInPool > 0) return assemble.call(this)
          setTimeout(() => void this.queueNextAssembly(200), 0)
        }
        """;

    /// <summary>One of four signers seals one block in three.</summary>
    private async Task<bool> MaySealAsync()
    {
        var ledger = net.Client(net.Options with { Endpoints = [net.Endpoint(Minority)] });
        var headers = await ledger.HeadersAsync((await BlockAsync(Minority, "latest")).Number - 1, 2, parent: null, Ct);
        return headers.All(header => CliqueSeal.SignerOf(header) != net.Trusted.Validators[0].Addresses[Minority]);
    }

    private static async Task<string> AnchorAsync(TestNode node, byte content)
    {
        var record = (await Upload.Of([content]).SendAsync(node)).Record;
        await node.AnchoredAsync(record);
        return record;
    }

    private async Task AssertAnchoredAsync(TestNode node, ulong sent, params string[] records)
    {
        Assert.Equal((ulong)records.Length, await net.Client().AnchorCountAsync(node.LogId, Ct));
        Assert.Equal(sent, await SentAsync());
        foreach (var record in records)
            Assert.Equal(Outcome.Intact, EvidencePackageReader.Verify(new MemoryStream(await ConsortiumNode.PackageAsync(node, record)), ConsortiumNode.TrustOf(node, net.Trusted)).Whole);
    }

    /// <summary>How many transactions of the operator the chain holds; one that was refused counts as well.</summary>
    private async Task<ulong> SentAsync() => Hex.ParseQuantity((await RpcAsync(Majority[0], "eth_getTransactionCount", net.User.Address, "latest")).AsText("nonce"));

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await BlockAsync(Minority, "latest")).Number > 0;
        }
        catch (SilentEndpointException)
        {
            return false;
        }
    }

    private async Task<(ulong Number, string Hash, int Transactions)> BlockAsync(int signer, string height)
    {
        var block = await RpcAsync(signer, "eth_getBlockByNumber", height, false);
        return (block.Quantity("number"), block.Text("hash"), block.GetProperty("transactions").GetArrayLength());
    }

    private Task<System.Text.Json.JsonElement> RpcAsync(int signer, string method, params JsonNode?[] parameters) =>
        new JsonRpcEndpoint(net.Endpoint(signer), _http, TimeSpan.FromSeconds(10), TimeProvider.System).CallAsync(method, Ct, parameters);
}

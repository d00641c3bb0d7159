using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Ledger;

namespace Evidence.Tests.Ledger;

[Collection(AnvilCollection.Name)]
public sealed class CaptureTests(AnvilFixture anvil)
{
    private static CancellationToken Ct => CancellationToken.None;

    [AnvilFact]
    public async Task Captures_a_proof_that_verifies_offline()
    {
        var log = await anvil.RegisterAsync(40);
        var ledger = anvil.Client();
        var proof = await ledger.CaptureAsync(await log.SubmitAsync(ledger, 0, 40), log.Id, log.CheckpointAt(40), Ct);

        Assert.True(AnchorProofVerifier.CheckForm(proof).Holds);
        Assert.Equal((log.Id, 40UL, log.RootAt(40)), (proof.LogId, proof.Size, proof.Root));
        Assert.Equal(anvil.Deployment.Contract, proof.Contract);
        var latest = await ledger.LatestAsync(log.Id, Ct);
        Assert.Equal((proof.BlockNumber, BlockHeader.Parse(proof.Header).Timestamp), (latest!.BlockNumber, (ulong)latest.Time.ToUnixTimeSeconds()));
    }

    [AnvilFact]
    public async Task Captures_each_of_several_anchors_in_one_block()
    {
        TestLog[] logs = [await anvil.RegisterAsync(9), await anvil.RegisterAsync(9), await anvil.RegisterAsync(9)];
        var ledger = anvil.Client();
        var hashes = await Task.WhenAll(logs.Select(log => log.SubmitAsync(ledger, 0, 9)));
        for (var i = 0; i < logs.Length; i++)
        {
            var proof = await ledger.CaptureAsync(hashes[i], logs[i].Id, logs[i].CheckpointAt(9), Ct);
            Assert.True(AnchorProofVerifier.CheckForm(proof).Holds);
        }
    }

    [AnvilFact]
    public async Task Captures_by_size_what_was_handed_in_before_a_crash()
    {
        var log = await anvil.RegisterAsync(40);
        ulong[] sizes = [3, 8, 20, 33, 40];
        for (var i = 0; i < sizes.Length; i++)
            await anvil.Client().CaptureAsync(await log.SubmitAsync(anvil.Client(), i == 0 ? 0 : sizes[i - 1], sizes[i]), log.Id, log.CheckpointAt(sizes[i]), Ct);

        foreach (var size in sizes)
        {
            var proof = await anvil.Client().CaptureBySizeAsync(log.Id, size, log.CheckpointAt(size), Ct);
            Assert.Equal(log.RootAt(size), proof!.Root);
            Assert.True(AnchorProofVerifier.CheckForm(proof).Holds);
        }
        Assert.Null(await anvil.Client().CaptureBySizeAsync(log.Id, 21, log.CheckpointAt(21), Ct));
        Assert.Null(await anvil.Client().CaptureBySizeAsync(new TestLog(1).Id, 1, log.CheckpointAt(1), Ct));
    }

    [AnvilFact]
    public async Task Captures_receipts_one_by_one_where_the_server_has_no_other_way()
    {
        var log = await anvil.RegisterAsync(5);
        var wire = new TamperingHandler();
        wire.Changes["eth_getBlockReceipts"] = Refuse;
        var ledger = AnvilFixture.Client(anvil.Options, wire.Client);
        var proof = await ledger.CaptureAsync(await log.SubmitAsync(ledger, 0, 5), log.Id, log.CheckpointAt(5), Ct);
        Assert.True(AnchorProofVerifier.CheckForm(proof).Holds);
        Assert.Contains("eth_getBlockReceipts", wire.Asked);
    }

    [AnvilFact]
    public async Task Refuses_a_checkpoint_of_another_root()
    {
        var log = await anvil.RegisterAsync(40);
        var ledger = anvil.Client();
        var hash = await log.SubmitAsync(ledger, 0, 40);
        await Assert.ThrowsAsync<LedgerMismatchException>(() => ledger.CaptureAsync(hash, log.Id, log.ForkedFrom(3).CheckpointAt(40), Ct));
    }

    [AnvilFact]
    public Task Refuses_a_changed_block_time() =>
        RefusesAsync("eth_getBlockByHash", block => block["timestamp"] = "0x5f5e1000", "the hash of block");

    [AnvilFact]
    public Task Refuses_another_block_than_was_asked_for() =>
        RefusesAsync("eth_getBlockByHash", block => Overwrite(block, Earlier(block)), "the block that was asked for");

    [AnvilFact]
    public Task Refuses_a_changed_root_in_the_event() =>
        RefusesAsync("eth_getBlockReceipts", receipts => receipts[0]!["logs"]![0]!["data"] = "0x" + new string('1', 128), "the receipts root of block");

    [AnvilFact]
    public Task Refuses_a_receipt_too_many() =>
        RefusesAsync("eth_getBlockReceipts", receipts => receipts.AsArray().Add(receipts[0]!.DeepClone()), "the receipts root of block");

    [AnvilFact]
    public Task Refuses_a_block_without_the_transaction() =>
        RefusesAsync("eth_getBlockByHash", block => block["transactions"] = new JsonArray(), "the transactions of block");

    [AnvilFact]
    public Task Refuses_the_event_of_another_contract() =>
        RefusesAsync(anvil.Options with { Contract = anvil.Members[0].Address }, wire => wire.Changes["eth_getCode"] = answer => answer["result"] = "0x00", "the events of transaction");

    [AnvilFact]
    public Task Refuses_a_malformed_receipt() =>
        RefusesAsync("eth_getBlockReceipts", receipts => receipts[0]!["logsBloom"] = "0x00", "the answer of");

    [AnvilFact]
    public async Task Takes_the_true_answer_of_a_second_endpoint_when_the_first_lies()
    {
        var log = await anvil.RegisterAsync(12);
        var wire = new TamperingHandler();
        var lies = 1;
        wire.Changes["eth_getBlockReceipts"] = answer =>
        {
            if (lies-- > 0) answer["result"]![0]!["cumulativeGasUsed"] = "0x1";
        };
        var both = anvil.Options with { Endpoints = [anvil.Chain.Url, new Uri(anvil.Chain.Url, "?second")] };
        var proof = await AnvilFixture.Client(both, wire.Client)
            .CaptureAsync(await log.SubmitAsync(anvil.Client(), 0, 12), log.Id, log.CheckpointAt(12), Ct);
        Assert.True(AnchorProofVerifier.CheckForm(proof).Holds);
        Assert.True(lies < 0);
    }

    private Task RefusesAsync(string method, Action<JsonNode> change, string what) =>
        RefusesAsync(anvil.Options, wire => wire.Changes[method] = answer => change(answer["result"]!), what);

    private async Task RefusesAsync(LedgerOptions options, Action<TamperingHandler> tamper, string what)
    {
        var log = await anvil.RegisterAsync(12);
        var hash = await log.SubmitAsync(anvil.Client(), 0, 12);
        await anvil.Client().CaptureAsync(hash, log.Id, log.CheckpointAt(12), Ct);
        var wire = new TamperingHandler();
        tamper(wire);
        var mismatch = await Assert.ThrowsAsync<LedgerMismatchException>(
            () => AnvilFixture.Client(options, wire.Client).CaptureAsync(hash, log.Id, log.CheckpointAt(12), Ct));
        Assert.StartsWith(what, mismatch.What, StringComparison.Ordinal);
    }

    private JsonObject Earlier(JsonNode block)
    {
        using var http = new HttpClient();
        var rpc = new Evidence.Ledger.Rpc.JsonRpcEndpoint(anvil.Chain.Url, http, TimeSpan.FromSeconds(10), TimeProvider.System);
        var parent = rpc.CallAsync("eth_getBlockByHash", Ct, block["parentHash"]!.GetValue<string>(), false).GetAwaiter().GetResult();
        return JsonNode.Parse(parent.GetRawText())!.AsObject();
    }

    private static void Overwrite(JsonNode target, JsonObject source)
    {
        foreach (var (name, value) in source) target[name] = value?.DeepClone();
    }

    private static void Refuse(JsonObject answer)
    {
        answer.Remove("result");
        answer["error"] = new JsonObject { ["code"] = -32601, ["message"] = "the method does not exist" };
    }
}

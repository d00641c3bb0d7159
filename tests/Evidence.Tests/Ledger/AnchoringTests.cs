using System.Text.Json.Nodes;
using Evidence.Ledger;

namespace Evidence.Tests.Ledger;

[Collection(AnvilCollection.Name)]
public sealed class AnchoringTests(AnvilFixture anvil)
{
    private static CancellationToken Ct => CancellationToken.None;

    [AnvilFact]
    public async Task Keeps_every_anchor_in_order()
    {
        var log = await anvil.RegisterAsync(200);
        var ledger = anvil.Client();
        Assert.Null(await ledger.LatestAsync(log.Id, Ct));
        ulong[] sizes = [1, 7, 64, 65, 200];
        for (var i = 0; i < sizes.Length; i++)
            await ledger.CaptureAsync(await log.SubmitAsync(ledger, i == 0 ? 0 : sizes[i - 1], sizes[i]), log.Id, log.CheckpointAt(sizes[i]), Ct);

        var anchors = await ledger.AnchorsAsync(log.Id, 0, 100, Ct);
        Assert.Equal(sizes, anchors.Select(anchor => anchor.Size));
        Assert.Equal(sizes.Select(log.RootAt), anchors.Select(anchor => anchor.Root));
        Assert.Equal((ulong)sizes.Length, await ledger.AnchorCountAsync(log.Id, Ct));
        Assert.Equal(anchors[^1], await ledger.LatestAsync(log.Id, Ct));
        Assert.Equal(sizes[2..4], (await ledger.AnchorsAsync(log.Id, 2, 2, Ct)).Select(anchor => anchor.Size));
    }

    [AnvilFact]
    public async Task Names_the_error_when_the_history_was_rewritten()
    {
        var log = await anvil.RegisterAsync(30);
        var ledger = anvil.Client();
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 0, 20), log.Id, log.CheckpointAt(20), Ct);

        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(() => log.ForkedFrom(5).SubmitAsync(ledger, 20, 30));
        Assert.Equal("InconsistentHistory", refusal.Error);
        Assert.Equal(["20", "0x" + log.RootAt(20), "30", "0x" + log.ForkedFrom(5).RootAt(30)], refusal.Arguments);
        Assert.Equal(1UL, await ledger.AnchorCountAsync(log.Id, Ct));
    }

    [AnvilFact]
    public async Task Names_the_error_when_a_log_does_not_grow()
    {
        var log = await anvil.RegisterAsync(30);
        var ledger = anvil.Client();
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 0, 20), log.Id, log.CheckpointAt(20), Ct);

        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(() => log.SubmitAsync(ledger, 0, 20));
        Assert.Equal("SizeNotGreater", refusal.Error);
        Assert.Equal(["20", "20"], refusal.Arguments);
    }

    [AnvilFact]
    public async Task Anchors_once_when_the_answer_to_the_transaction_is_lost()
    {
        var log = await anvil.RegisterAsync(10);
        var wire = new TamperingHandler { LostAnswers = { "eth_sendRawTransaction" } };
        var ledger = AnvilFixture.Client(anvil.Options, wire.Client);
        await Assert.ThrowsAsync<LedgerUnreachableException>(() => log.SubmitAsync(ledger, 0, 10));

        var nonce = await NonceAsync(log);
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 0, 10), log.Id, log.CheckpointAt(10), Ct);
        Assert.Equal(1UL, await ledger.AnchorCountAsync(log.Id, Ct));
        Assert.Equal(1UL, nonce);
        Assert.Equal(1UL, await NonceAsync(log));
    }

    [AnvilFact]
    public async Task Anchors_once_through_a_second_endpoint_when_the_answer_of_the_first_is_lost()
    {
        var log = await anvil.RegisterAsync(10);
        var wire = new TamperingHandler { LostAnswers = { "eth_sendRawTransaction" } };
        var both = anvil.Options with { Endpoints = [anvil.Chain.Url, new Uri(anvil.Chain.Url, "?second")] };
        var ledger = AnvilFixture.Client(both, wire.Client);
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 0, 10), log.Id, log.CheckpointAt(10), Ct);
        Assert.Equal(2, wire.Asked.Count(method => method == "eth_sendRawTransaction"));
        Assert.Equal(1UL, await NonceAsync(log));
    }

    [AnvilFact]
    public async Task Anchors_with_a_legacy_transaction_where_blocks_have_no_base_fee()
    {
        var log = await anvil.RegisterAsync(10);
        var wire = new TamperingHandler();
        wire.Changes["eth_getBlockByNumber"] = answer => answer["result"]!.AsObject().Remove("baseFeePerGas");
        var hash = await log.SubmitAsync(AnvilFixture.Client(anvil.Options, wire.Client), 0, 10);
        var proof = await anvil.Client().CaptureAsync(hash, log.Id, log.CheckpointAt(10), Ct);
        Assert.Equal(0, Evidence.Core.Chain.Receipt.Parse(proof.Receipt).Type);
    }

    [AnvilFact]
    public async Task Says_that_a_transaction_is_still_in_no_block()
    {
        var log = await anvil.RegisterAsync(10);
        var ledger = anvil.Client(anvil.Options with { ReceiptTimeout = TimeSpan.Zero });
        var absent = "0x" + new string('5', 64);
        var pending = await Assert.ThrowsAsync<LedgerPendingException>(() => ledger.CaptureAsync(absent, log.Id, log.CheckpointAt(10), Ct));
        Assert.Equal(absent, pending.TransactionHash);
    }

    [AnvilFact]
    public async Task Names_the_error_of_a_transaction_that_failed_in_its_block()
    {
        var log = await anvil.RegisterAsync(20);
        await anvil.Client().CaptureAsync(await log.SubmitAsync(anvil.Client(), 0, 10), log.Id, log.CheckpointAt(10), Ct);
        // The estimate would give it away before it is handed in.
        var wire = new TamperingHandler();
        wire.Changes["eth_estimateGas"] = answer =>
        {
            answer.Remove("error");
            answer["result"] = "0x100000";
        };
        var second = await log.SubmitAsync(AnvilFixture.Client(anvil.Options, wire.Client), 0, 5);
        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(() => anvil.Client().CaptureAsync(second, log.Id, log.CheckpointAt(5), Ct));
        Assert.Equal("SizeNotGreater", refusal.Error);
    }

    [AnvilFact]
    public async Task Names_the_error_when_a_consortium_cannot_be()
    {
        var ledger = anvil.Client(anvil.Options with { Contract = null });
        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(
            () => ledger.DeployAsync(AnvilFixture.NewKey(), [anvil.Members[0].Address], 2, Ct));
        Assert.Equal("InvalidThreshold", refusal.Error);
        Assert.Equal(["2", "1"], refusal.Arguments);
    }

    [AnvilFact]
    public async Task Names_the_error_however_the_server_wraps_it()
    {
        foreach (var wrap in new Func<string, JsonNode>[]
                 {
                     data => data,
                     data => new JsonObject { ["data"] = data },
                     data => new JsonObject { ["message"] = "reverted", ["data"] = data },
                 })
        {
            var wire = new TamperingHandler();
            wire.Changes["eth_estimateGas"] = answer =>
                answer["error"] = new JsonObject { ["code"] = -32000, ["message"] = "Execution reverted", ["data"] = wrap(answer["error"]!["data"]!.GetValue<string>()) };
            var log = new TestLog(1);
            var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(() => log.SubmitAsync(AnvilFixture.Client(anvil.Options, wire.Client), 0, 1));
            Assert.Equal("UnknownLog", refusal.Error);
        }
    }

    [AnvilFact]
    public async Task Says_what_the_server_says_when_it_gives_no_reason()
    {
        var wire = new TamperingHandler();
        wire.Changes["eth_estimateGas"] = answer => answer["error"] = new JsonObject { ["code"] = 3, ["message"] = "sender is not permitted" };
        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(() => new TestLog(1).SubmitAsync(AnvilFixture.Client(anvil.Options, wire.Client), 0, 1));
        Assert.Null(refusal.Error);
        Assert.Contains("sender is not permitted", refusal.Message, StringComparison.Ordinal);
    }

    private Task<ulong> NonceAsync(TestLog log) => anvil.NonceAsync(log.Operator.Address);
}

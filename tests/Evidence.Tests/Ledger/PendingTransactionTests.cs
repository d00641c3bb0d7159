using Evidence.Core.Chain.Consensus;
using Evidence.Ledger;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Ledger;

/// <summary>A transaction that no block takes is replaced and never doubled, whatever was forgotten meanwhile.</summary>
public sealed class PendingTransactionTests
{
    private readonly ScriptedChain _chain = new(ConsensusNames.Qbft);
    private readonly TestLog _log = new(40);

    private static CancellationToken Ct => CancellationToken.None;

    public PendingTransactionTests() => _chain.Mine();

    [Fact]
    public async Task Replaces_a_pending_anchor_when_the_log_has_grown()
    {
        var ledger = _chain.Client();
        await _log.SubmitAsync(ledger, 0, 9);
        var first = ScriptedChain.Offer(Assert.Single(_chain.Pool));
        var hash = await _log.SubmitAsync(ledger, 0, 20);
        var second = ScriptedChain.Offer(Assert.Single(_chain.Pool));
        Assert.Equal(first.Nonce, second.Nonce);
        Assert.True(second.Tip > first.Tip && second.MaxFee > first.MaxFee);
        _chain.Mine(2);
        Assert.Equal(20UL, (await ledger.CaptureAsync(hash, _log.Id, _log.CheckpointAt(20), Ct)).Size);
        Assert.Equal(1, _chain.Mined);
    }

    [Fact]
    public async Task Hands_in_the_same_bytes_again_and_pays_more_after_a_while()
    {
        var ledger = _chain.Client();
        var hash = await _log.SubmitAsync(ledger, 0, 9);
        Assert.Equal(hash, await _log.SubmitAsync(ledger, 0, 9));
        var hasty = _chain.Client(_chain.Options with { ReceiptTimeout = TimeSpan.Zero });
        var same = await _log.SubmitAsync(hasty, 0, 9);
        Assert.Equal(hash, same);
        Assert.NotEqual(hash, await _log.SubmitAsync(hasty, 0, 9));
        Assert.Equal((0UL, 125UL), (ScriptedChain.Offer(Assert.Single(_chain.Pool)).Nonce, ScriptedChain.Offer(_chain.Pool[0]).Tip));
    }

    [Fact]
    public async Task Replaces_what_was_left_from_before_a_restart()
    {
        await _log.SubmitAsync(_chain.Client(), 0, 9);
        var restarted = _chain.Client();
        var hash = await _log.SubmitAsync(restarted, 0, 20);
        Assert.Equal(0UL, ScriptedChain.Offer(Assert.Single(_chain.Pool)).Nonce);
        _chain.Mine(2);
        Assert.Equal(20UL, (await restarted.CaptureAsync(hash, _log.Id, _log.CheckpointAt(20), Ct)).Size);
        Assert.Equal(1, _chain.Mined);
    }

    [Fact]
    public async Task Waits_for_what_it_cannot_outbid()
    {
        _chain.Funds = 120;
        var ledger = _chain.Client();
        var hash = await _log.SubmitAsync(ledger, 0, 9);
        var pending = await Assert.ThrowsAsync<LedgerPendingException>(() => _log.SubmitAsync(ledger, 0, 20));
        Assert.Equal(hash, pending.TransactionHash);
        await Assert.ThrowsAsync<LedgerPendingException>(() => _log.SubmitAsync(_chain.Client(), 0, 20));
        Assert.Single(_chain.Pool);
        _chain.Mine();
        Assert.Equal(9UL, (await ledger.CaptureAsync(hash, _log.Id, _log.CheckpointAt(9), Ct)).Size);
    }

    [Fact]
    public async Task Raises_a_fee_no_further_than_it_may()
    {
        var ledger = _chain.Client(_chain.Options with { ReceiptTimeout = TimeSpan.Zero });
        for (var i = 0; i < 30; i++) await _log.SubmitAsync(ledger, 0, 9);
        Assert.InRange(ScriptedChain.Offer(Assert.Single(_chain.Pool)).Tip, 800UL, 1200UL);
        await Assert.ThrowsAsync<LedgerPendingException>(() => _log.SubmitAsync(ledger, 0, 20));
        Assert.Single(_chain.Pool);
    }

    [Fact]
    public async Task Gives_a_call_about_something_else_the_next_nonce()
    {
        var ledger = _chain.Client();
        var other = new TestLog(5);
        await _log.SubmitAsync(ledger, 0, 9);
        await ledger.SubmitAnchorAsync(_log.Operator, other.Id, 5, other.RootAt(5), [], Ct);
        Assert.Equal([0UL, 1UL], _chain.Pool.Select(raw => ScriptedChain.Offer(raw).Nonce));
        _chain.Mine(2);
        Assert.Equal(2, _chain.Mined);
    }

    [Fact]
    public async Task Begins_at_the_chains_nonce_again_after_the_chain_was_set_back()
    {
        var ledger = _chain.Client();
        for (var i = 1; i <= 2; i++)
        {
            var hash = await _log.SubmitAsync(ledger, 0, (ulong)i);
            _chain.Mine();
            await ledger.CaptureAsync(hash, _log.Id, _log.CheckpointAt((ulong)i), Ct);
        }

        await _log.SubmitAsync(ledger, 0, 9);
        _chain.TakeBack(2, keep: false);
        _chain.ForgetPool();
        await _log.SubmitAsync(ledger, 0, 9);
        Assert.Equal(0UL, ScriptedChain.Offer(Assert.Single(_chain.Pool)).Nonce);
    }

    [Fact]
    public async Task Replaces_nothing_above_a_gap_after_the_chain_was_set_back()
    {
        var ledger = _chain.Client();
        var hash = await _log.SubmitAsync(ledger, 0, 1);
        _chain.Mine();
        await ledger.CaptureAsync(hash, _log.Id, _log.CheckpointAt(1), Ct);
        await _log.SubmitAsync(ledger, 0, 9);
        _chain.TakeBack(1, keep: false);
        _chain.ForgetPool();
        await _log.SubmitAsync(ledger, 0, 20);
        Assert.Equal(0UL, ScriptedChain.Offer(Assert.Single(_chain.Pool)).Nonce);
    }

    [Fact]
    public async Task Fills_the_gap_of_what_never_arrived_before_it_hands_in_the_next()
    {
        var (ledger, other) = (_chain.Client(), new TestLog(5));
        _chain.Tamper = (_, method, answer) =>
        {
            if (method != "eth_sendRawTransaction") return;
            _chain.ForgetPool();
            answer.Remove("result");
        };
        await Assert.ThrowsAsync<LedgerUnreachableException>(() => ledger.AttestAsync(_log.Operator, other.Id, 5, other.RootAt(5), Ct));
        Assert.Empty(_chain.Pool);
        _chain.Tamper = null;
        await _log.SubmitAsync(ledger, 0, 9);
        Assert.Equal([0UL, 1UL], _chain.Pool.Select(raw => ScriptedChain.Offer(raw).Nonce));
    }

    [Fact]
    public async Task Hands_in_again_what_the_endpoint_lost()
    {
        _chain.Forgets = true;
        var ledger = _chain.Client(_chain.Options with { RepeatInterval = TimeSpan.FromMilliseconds(20) });
        var hash = await _log.SubmitAsync(ledger, 0, 9);
        Assert.Empty(_chain.Pool);
        var capture = ledger.CaptureAsync(hash, _log.Id, _log.CheckpointAt(9), Ct);
        _chain.Forgets = false;
        await Eventually.TrueAsync(() => _chain.Pool.Count == 1, "the transaction is handed in again");
        _chain.Mine();
        Assert.Equal(9UL, (await capture).Size);
    }

    [Fact]
    public async Task Pays_nothing_where_gas_is_free()
    {
        _chain.Funds = 0;
        _chain.Tamper = (_, method, answer) =>
        {
            if (method == "eth_getBlockByNumber" && answer["result"]?["baseFeePerGas"] is not null) answer["result"]!["baseFeePerGas"] = "0x0";
        };
        var ledger = _chain.Client(_chain.Options with { GasPrice = 0 });
        var hash = await _log.SubmitAsync(ledger, 0, 9);
        Assert.Equal((0UL, 0UL, 0UL), ScriptedChain.Offer(Assert.Single(_chain.Pool)));
        await Assert.ThrowsAsync<LedgerPendingException>(() => _log.SubmitAsync(ledger, 0, 20));
        _chain.Mine();
        Assert.Equal(9UL, (await ledger.CaptureAsync(hash, _log.Id, _log.CheckpointAt(9), Ct)).Size);
    }
}

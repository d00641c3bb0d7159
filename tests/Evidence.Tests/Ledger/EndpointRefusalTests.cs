using System.Text.Json.Nodes;
using Evidence.Core.Chain.Consensus;
using Evidence.Ledger;

namespace Evidence.Tests.Ledger;

/// <summary>What one endpoint refuses by its own rules is no refusal by the ledger.</summary>
public sealed class EndpointRefusalTests
{
    private readonly ScriptedChain _chain = new(ConsensusNames.Qbft);
    private readonly TestLog _log = new(40);

    public EndpointRefusalTests() => _chain.Mine();

    public static TheoryData<string, int, string> Refusals => new()
    {
        { "eth_sendRawTransaction", -32000, "txpool is full" },
        { "eth_sendRawTransaction", -32005, "daily request count exceeded" },
        { "eth_sendRawTransaction", -32601, "the method does not exist" },
        { "eth_sendRawTransaction", -32007, "Sender account not authorized to send transactions" },
        { "eth_estimateGas", -32000, "the account is not permitted" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Goes_on_with_the_next_endpoint_when_one_refuses(string method, int code, string message)
    {
        Refuse(method, code, message, "a.test");
        await _log.SubmitAsync(_chain.Client(null, "a", "b"), 0, 9);
        Assert.Single(_chain.Pool);
    }

    [Fact]
    public async Task Says_that_the_ledger_refused_when_every_endpoint_does()
    {
        Refuse("eth_estimateGas", -32000, "the account is not permitted", "a.test", "b.test");
        var refusal = await Assert.ThrowsAsync<LedgerRejectedException>(() => _log.SubmitAsync(_chain.Client(null, "a", "b"), 0, 9));
        Assert.Contains("the account is not permitted", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-32000, "txpool is full")]
    [InlineData(-32005, "daily request count exceeded")]
    public async Task Says_try_again_when_every_endpoint_has_too_much_to_do(int code, string message)
    {
        Refuse("eth_estimateGas", code, message, "a.test", "b.test");
        var trouble = await Assert.ThrowsAsync<LedgerUnreachableException>(() => _log.SubmitAsync(_chain.Client(null, "a", "b"), 0, 9));
        Assert.Contains(message, trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_take_the_refusal_of_one_for_that_of_a_silent_other()
    {
        Refuse("eth_estimateGas", -32000, "the account is not permitted", "a.test");
        var tamper = _chain.Tamper;
        _chain.Tamper = (host, method, answer) =>
        {
            tamper!(host, method, answer);
            if (host == "b.test") answer.Remove("result");
        };
        var unclear = await Assert.ThrowsAsync<LedgerUnreachableException>(() => _log.SubmitAsync(_chain.Client(null, "a", "b"), 0, 9));
        Assert.Contains("the account is not permitted", unclear.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hands_in_to_the_next_endpoint_when_one_names_another_transaction_than_it_was_given()
    {
        _chain.Tamper = static (host, method, answer) =>
        {
            if (host == "a.test" && method == "eth_sendRawTransaction") answer["result"] = "0x" + new string('5', 64);
        };
        var ledger = _chain.Client(null, "a", "b");
        await _log.SubmitAsync(ledger, 0, 9);
        Assert.Equal("a.test", Assert.Single(ledger.SetAside).Endpoint.Host);
        Assert.Single(_chain.Pool);
    }

    private void Refuse(string refused, int code, string message, params string[] hosts) => _chain.Tamper = (host, method, answer) =>
    {
        if (method != refused || !hosts.Contains(host)) return;
        _chain.ForgetPool();
        answer.Remove("result");
        answer["error"] = new JsonObject { ["code"] = code, ["message"] = message };
    };
}

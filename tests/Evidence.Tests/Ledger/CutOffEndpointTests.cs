using System.Text.Json.Nodes;
using Evidence.Core.Chain.Consensus;
using Evidence.Ledger;
using Evidence.Ledger.Rpc;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Ledger;

/// <summary>An endpoint that answers, and passes on nothing that it is given, does not stop anchoring beside one that does.</summary>
public sealed class CutOffEndpointTests
{
    private readonly ScriptedChain _chain = new(ConsensusNames.Qbft);
    private readonly TestLog _log = new(40);
    private readonly List<string> _takers = [];

    public CutOffEndpointTests()
    {
        _chain.Mine();
        _chain.CutOff = "a.test";
        _chain.Tamper = Note;
    }

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task Repeats_to_every_endpoint()
    {
        var ledger = _chain.Client(_chain.Options with { RepeatInterval = TimeSpan.FromMilliseconds(20) }, "a", "b");
        var hash = await _log.SubmitAsync(ledger, 0, 9);
        Assert.Empty(_chain.Pool);
        var capture = ledger.CaptureAsync(hash, _log.Id, _log.CheckpointAt(9), Ct);
        await Eventually.TrueAsync(() => _chain.Pool.Count == 1, "the other endpoint is given the transaction");
        _chain.Mine();
        Assert.Equal(9UL, (await capture).Size);
    }

    [Fact]
    public async Task Hands_in_to_every_endpoint_when_the_call_is_made_again()
    {
        var ledger = _chain.Client(null, "a", "b");
        var hash = await _log.SubmitAsync(ledger, 0, 9);
        Assert.Equal(hash, await _log.SubmitAsync(ledger, 0, 9));
        Assert.Single(_chain.Pool);
    }

    [Fact]
    public async Task Prefers_another_endpoint_after_a_transaction_that_stayed_pending()
    {
        var ledger = _chain.Client(_chain.Options with { ReceiptTimeout = TimeSpan.Zero }, "a", "b");
        var hash = await _log.SubmitAsync(ledger, 0, 9);
        await Assert.ThrowsAsync<LedgerPendingException>(() => ledger.CaptureAsync(hash, _log.Id, _log.CheckpointAt(9), Ct));
        await _log.SubmitAsync(ledger, 0, 20);
        Assert.Equal(["a.test", "b.test"], _takers);
        Assert.Single(_chain.Pool);
    }

    [Theory]
    [InlineData(5, "b.test")]
    [InlineData(2, "a.test")]
    public async Task Prefers_the_endpoint_that_has_seen_more_of_the_chain(int behind, string taker)
    {
        _chain.CutOff = null;
        _chain.Mine(9);
        var tamper = _chain.Tamper;
        _chain.Tamper = (host, method, answer) =>
        {
            tamper!(host, method, answer);
            if (host == "a.test" && method == "eth_getBlockByNumber" && answer["result"]?["number"] is not null) answer["result"]!["number"] = $"0x{10 - behind:x}";
        };
        await _log.SubmitAsync(_chain.Client(null, "a", "b"), 0, 9);
        Assert.Equal([taker], _takers);
    }

    [Fact]
    public async Task Keeps_what_an_endpoint_has_shown_while_it_shows_it_again()
    {
        var endpoint = new LedgerEndpoint(
            new JsonRpcEndpoint(new Uri("http://a.test"), new HttpClient(_chain, disposeHandler: false), TimeSpan.FromSeconds(10), TimeProvider.System), _chain.Options, TimeProvider.System);
        await endpoint.IdentifyAsync(Ct);
        List<ulong> seen = [];
        _chain.Tamper = (_, _, _) => seen.Add(endpoint.ChainId);
        endpoint.Forget();
        await endpoint.IdentifyAsync(Ct);
        Assert.Equal(3, seen.Count);
        Assert.All(seen, static id => Assert.Equal(TestConsortium.ChainId, id));
    }

    private void Note(string host, string method, JsonObject answer)
    {
        if (method == "eth_sendRawTransaction") _takers.Add(host);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Ledger;

/// <summary>An endpoint that lies is caught, and the next one is asked.</summary>
public sealed class LyingEndpointTests
{
    private static CancellationToken Ct => CancellationToken.None;

    public static TheoryData<string, string> Lies()
    {
        var lies = new TheoryData<string, string>();
        foreach (var consensus in TestConsortium.SealedKinds)
        {
            foreach (var lie in new[] { "block hash", "status", "cumulative gas", "event root", "event contract", "transaction", "transaction order", "time", "seals", "stranger" }) lies.Add(consensus, lie);
        }

        return lies;
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Takes_the_true_answer_of_another_endpoint(string consensus, string lie)
    {
        var (chain, log, hash) = await FinalityTests.SubmittedAsync(consensus);
        chain.Mine(3);
        var lied = false;
        chain.Tamper = (host, method, answer) => lied |= host == "a.test" && Lie(chain, lie, method, answer);
        var proof = await chain.Client(null, "a", "b").CaptureAsync(hash, log.Id, log.CheckpointAt(9), Ct);
        Assert.True(lied);
        FinalityTests.AssertHolds(chain, proof);
        // What the receipt's own words say is not believed either way, so a lie in them does no harm.
        if (lie != "status") await Assert.ThrowsAnyAsync<LedgerException>(() => chain.Client(chain.Options with { FinalityTimeout = TimeSpan.Zero }).CaptureAsync(hash, log.Id, log.CheckpointAt(9), Ct));
    }

    [Theory]
    [InlineData("""{"result":"\ud800"}""")]
    [InlineData("""{"\ud800\ud800":1,"result":"0x1"}""")]
    [InlineData("""{"error":{"code":-32000,"message":"\ud800"}}""")]
    [InlineData("""{"error":{"code":3,"message":"execution reverted","data":"\ud800"}}""")]
    [InlineData("""{"error":"\ud800"}""")]
    public async Task Asks_the_next_endpoint_when_the_text_of_one_cannot_be_read(string answer)
    {
        var chain = new ScriptedChain(ConsensusNames.Qbft);
        chain.Mine(4);
        using var http = new HttpClient(new SaysOnly(chain, "a.test", answer));
        LedgerClient Client(params Uri[] endpoints) => new(chain.Options with { Endpoints = endpoints }, http, TimeProvider.System, NullLogger<LedgerClient>.Instance);
        var (hostile, sound) = (new Uri("http://a.test"), new Uri("http://b.test"));
        Assert.Equal(0UL, await Client(hostile, sound).AnchorCountAsync(default, Ct));
        await Assert.ThrowsAnyAsync<LedgerException>(() => Client(hostile).AnchorCountAsync(default, Ct));
    }

    /// <summary>Whether there was something to lie about.</summary>
    private static bool Lie(ScriptedChain chain, string lie, string method, JsonObject answer) => (lie, method, answer["result"]) switch
    {
        ("block hash", "eth_getTransactionReceipt", JsonObject receipt) => Set(receipt, "blockHash", "0x" + new string('5', 64)),
        ("status", "eth_getTransactionReceipt", JsonObject receipt) => Set(receipt, "status", "0x0"),
        ("cumulative gas", "eth_getBlockReceipts", JsonArray receipts) => Set(receipts[0]!, "cumulativeGasUsed", "0x1"),
        ("event root", "eth_getBlockReceipts", JsonArray receipts) => Set(receipts[0]!["logs"]![0]!, "data", "0x" + new string('1', 128)),
        ("event contract", "eth_getBlockReceipts", JsonArray receipts) => Set(receipts[0]!["logs"]![0]!, "address", "0x" + new string('1', 40)),
        ("transaction", "eth_getBlockByHash", JsonObject block) => Set(block["transactions"]![0]!, "nonce", "0x9"),
        ("transaction order", "eth_getBlockByHash", JsonObject block) => Insert(block),
        ("time", "eth_getBlockByHash", JsonObject block) => Set(block, "timestamp", "0x6b49d300"),
        ("seals", "eth_getBlockByHash", JsonObject block) => Unseal(chain, block),
        ("stranger", "eth_getBlockByHash", JsonObject block) => Reseal(chain, block),
        _ => false,
    };

    private static bool Set(JsonNode target, string name, string value)
    {
        target[name] = value;
        return true;
    }

    private static bool Insert(JsonObject block)
    {
        var transactions = block["transactions"]!.AsArray();
        transactions.Insert(0, transactions[0]!.DeepClone());
        return true;
    }

    /// <summary>The header with fewer seals, or none; where they are part of the block's hash, with that hash.</summary>
    private static bool Unseal(ScriptedChain chain, JsonObject block) => Replace(chain, block, extra => chain.Consortium.Consensus == ConsensusNames.Clique
        ? [.. extra[..^65], .. new byte[65]]
        : Rlp.EncodeList([.. Rlp.Decode(extra).Items.Take(4).Select(static item => item.Raw.ToArray()), Rlp.EncodeList(Rlp.Decode(extra).Items[4].Items.Take(2).Select(static seal => seal.Raw.ToArray()))]));

    /// <summary>The header with seals by somebody who is no validator.</summary>
    internal static bool Reseal(ScriptedChain chain, JsonObject block) => Replace(chain, block, extra => chain.Consortium.Consensus == ConsensusNames.Clique
        ? [.. extra[..^65], .. TestConsortium.Seal(new byte[32], TestConsortium.Key(99))]
        : Rlp.EncodeList([.. Rlp.Decode(extra).Items.Take(4).Select(static item => item.Raw.ToArray()), Rlp.EncodeList([Rlp.Encode(TestConsortium.Seal(new byte[32], TestConsortium.Key(99)))])]));

    private static bool Replace(ScriptedChain chain, JsonObject block, Func<byte[], byte[]> extra)
    {
        block["extraData"] = "0x" + Convert.ToHexStringLower(extra(EthereumVectors.Bytes(block["extraData"])));
        if (chain.Consortium.Consensus == ConsensusNames.Clique) block["hash"] = "0x" + Convert.ToHexStringLower(EthereumVectors.Header(block).Hash);
        return true;
    }

    /// <summary>One endpoint has the same bytes for every question.</summary>
    private sealed class SaysOnly(HttpMessageHandler others, string host, string answer) : DelegatingHandler(others)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => request.RequestUri!.Host == host
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer) })
            : base.SendAsync(request, cancellationToken);
    }
}

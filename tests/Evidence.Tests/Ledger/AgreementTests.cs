using System.Text.Json.Nodes;
using Evidence.Core.Chain.Consensus;
using Evidence.Ledger;

namespace Evidence.Tests.Ledger;

/// <summary>Where nobody proves state, most of the endpoints must say the same after the same block, and one of them decides nothing alone: not even after which.</summary>
public sealed class AgreementTests
{
    private readonly ScriptedChain _chain = new(ConsensusNames.Qbft);
    private readonly Dictionary<string, int> _blocksAsked = [];
    private LedgerClient? _ledger;

    /// <summary>Changes what the endpoint z answers to a method.</summary>
    private Action<string, JsonObject> _liar = static (_, _) => { };

    public AgreementTests()
    {
        _chain.Mine(5);
        _chain.Tamper = (host, method, answer) =>
        {
            ProvenViewTests.Refuse(method, answer);
            if (method == "eth_call") answer["result"] = Word(2);
            if (host == "z.test") _liar(method, answer);
        };
    }

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task Lets_no_endpoint_name_a_head_that_it_alone_has()
    {
        await ReadOnceAsync("z", "b", "c");
        JsonNode? genuine = null;
        _liar = (method, answer) =>
        {
            if (method == "eth_call") answer["result"] = Word(7);
            if (method != "eth_getBlockByNumber" || (answer["result"] is JsonObject block && !block.ContainsKey("stateRoot"))) return;
            // Asked for the block that it alone has, it shows one that the validators sealed.
            var head = answer["result"]?.DeepClone();
            genuine ??= head!.DeepClone();
            if (head is not null) head["number"] = "0xfffff";
            answer["result"] = head ?? genuine.DeepClone();
        };
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(2UL, await _ledger!.AnchorCountAsync(default, Ct));
            Assert.Equal(LedgerAssurance.Agreed, (await _ledger!.StatusAsync(Ct)).Assurance);
        }
    }

    [Theory]
    [InlineData("eth_call", "result")]
    [InlineData("eth_getBlockByNumber", "block")]
    public async Task Takes_no_lone_answer_out_of_several(string silent, string lost)
    {
        await ReadOnceAsync("z", "b");
        _liar = (method, answer) =>
        {
            if (method != silent || (lost == "block" && !IsByHeight(answer))) return;
            if (lost == "block") answer["result"] = null;
            else answer.Remove("result");
        };
        var lone = await Assert.ThrowsAsync<LedgerUnreachableException>(() => _ledger!.AnchorCountAsync(default, Ct));
        Assert.Contains("Of 2 ledger endpoints only http://b.test/", lone.Message, StringComparison.Ordinal);
        Assert.Empty(_ledger!.SetAside);
    }

    [Fact]
    public async Task Does_without_the_endpoint_that_does_not_have_the_block()
    {
        await ReadOnceAsync("z", "b", "c");
        _liar = (method, answer) =>
        {
            if (method == "eth_getBlockByNumber" && IsByHeight(answer)) answer["result"] = null;
        };
        Assert.Equal(2UL, await _ledger!.AnchorCountAsync(default, Ct));
        Assert.Empty(_ledger!.SetAside);
    }

    [Fact]
    public async Task Says_try_again_when_no_endpoint_has_the_block_that_it_named()
    {
        await ReadOnceAsync("z", "y");
        var tamper = _chain.Tamper!;
        _chain.Tamper = (host, method, answer) =>
        {
            tamper(host, method, answer);
            if (method == "eth_getBlockByNumber" && IsByHeight(answer, host)) answer["result"] = null;
        };
        await Assert.ThrowsAsync<LedgerUnreachableException>(() => _ledger!.AnchorCountAsync(default, Ct));
    }

    [Fact]
    public async Task Takes_no_block_of_another_height()
    {
        JsonNode? old = null;
        _liar = (method, answer) =>
        {
            if (method == "eth_getBlockByNumber" && answer["result"]!["stateRoot"] is not null) old ??= answer["result"]!.DeepClone();
        };
        await ReadOnceAsync("z", "b", "c");
        _chain.Mine();
        _liar = (method, answer) =>
        {
            if (method == "eth_getBlockByNumber" && IsByHeight(answer)) answer["result"] = old!.DeepClone();
        };
        Assert.Equal(2UL, await _ledger!.AnchorCountAsync(default, Ct));
        Assert.Contains("for height 6", Assert.Single(_ledger!.SetAside).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_no_block_that_the_validators_have_not_sealed_whoever_agrees_on_it()
    {
        await ReadOnceAsync("z", "b");
        var tamper = _chain.Tamper!;
        _chain.Tamper = (host, method, answer) =>
        {
            tamper(host, method, answer);
            if (method == "eth_getBlockByNumber" && answer["result"] is JsonObject block && block.ContainsKey("stateRoot")) LyingEndpointTests.Reseal(_chain, block);
        };
        var stranger = await Assert.ThrowsAsync<LedgerMismatchException>(() => _ledger!.AnchorCountAsync(default, Ct));
        Assert.Contains("the seals of block 5", stranger.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_no_older_state_from_two_because_one_of_them_stands_still()
    {
        JsonNode? newest = null;
        _liar = (method, answer) =>
        {
            if (method == "eth_getBlockByNumber" && answer["result"] is JsonObject block && block.ContainsKey("stateRoot")) answer["result"] = (newest ??= block.DeepClone()).DeepClone();
        };
        await ReadOnceAsync("b", "c", "z");
        _chain.Mine(5);
        Assert.Equal(2UL, await _ledger!.AnchorCountAsync(default, Ct));
        var (before, tamper) = (_ledger!, _chain.Tamper!);
        _chain.Tamper = (host, method, answer) =>
        {
            tamper(host, method, answer);
            if (host == "c.test") answer.Remove("result");
        };
        var behind = await Assert.ThrowsAsync<LedgerUnreachableException>(() => before.AnchorCountAsync(default, Ct));
        Assert.Contains("http://z.test/ is at block 5", behind.Message, StringComparison.Ordinal);
    }

    /// <summary>Finds out that nobody proves anything, so that from then on each endpoint is asked for its head and then for the block.</summary>
    private async Task ReadOnceAsync(params string[] hosts)
    {
        _ledger = _chain.Client(null, hosts);
        Assert.Equal(2UL, await _ledger.AnchorCountAsync(default, Ct));
        Assert.Equal(LedgerAssurance.Agreed, (await _ledger.StatusAsync(Ct)).Assurance);
    }

    /// <summary>Whether this block is the one asked for by its height: the first that an endpoint is asked for is its head.</summary>
    private bool IsByHeight(JsonObject answer, string host = "z.test")
    {
        if (answer["result"] is not JsonObject block || !block.ContainsKey("stateRoot")) return false;
        return (_blocksAsked[host] = _blocksAsked.GetValueOrDefault(host) + 1) % 2 == 0;
    }

    private static string Word(int value) => "0x" + new string('0', 63) + value;
}

using System.Text.Json.Nodes;
using Evidence.Core.Chain.Consensus;
using Evidence.Ledger;
using Evidence.Ledger.Rpc;
using Evidence.Tests.Grpc;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Ledger;

/// <summary>Where nobody proves state, most of the endpoints must say the same after the same block, and one of them decides nothing alone: not even after which.</summary>
public sealed class AgreementTests
{
    private readonly HandClock _clock = new();
    private readonly ScriptedChain _chain;
    private readonly Dictionary<string, int> _blocksAsked = [];
    private LedgerClient? _ledger;

    /// <summary>Changes what the endpoint z answers to a method.</summary>
    private Action<string, JsonObject> _liar = static (_, _) => { };

    public AgreementTests()
    {
        _chain = new ScriptedChain(ConsensusNames.Qbft) { Time = _clock };
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

    [Theory]
    [InlineData("silent")]
    [InlineData("false")]
    public async Task Agrees_beside_one_that_is_silent_or_false_where_the_others_prove_nothing(string how)
    {
        _liar = (method, answer) =>
        {
            if (how == "silent") answer.Remove("result");
            else if (method == "eth_getBlockByNumber" && answer["result"] is JsonObject block && block.ContainsKey("stateRoot")) LyingEndpointTests.Reseal(_chain, block);
        };
        await ReadOnceAsync("b", "z", "c");
    }

    [Fact]
    public async Task Waits_for_no_slow_endpoint_once_most_say_the_same()
    {
        var slow = new TaskCompletionSource();
        await ReadOnceAsync("z", "b", "c");
        var isHeld = false;
        _chain.Hold = (host, method) => (isHeld |= host == "z.test" && method == "eth_call") && host == "z.test" ? slow.Task : Task.CompletedTask;
        var read = _ledger!.AnchorCountAsync(default, Ct);
        await Eventually.TrueAsync(() => isHeld, "the slow one is asked");
        await Eventually.TrueAsync(() => Passes(read), "what two say is taken");
        Assert.Equal(2UL, await read);
        slow.SetResult();
    }

    [Fact]
    public async Task Hands_in_beside_a_slow_endpoint_and_goes_on_handing_in_to_it()
    {
        var slow = new TaskCompletionSource();
        var log = new TestLog(9);
        var ledger = Client("b", "z");
        _chain.CutOff = "b.test";
        await log.SubmitAsync(ledger, 0, 9);
        var isHeld = false;
        _chain.Hold = (host, method) => host == "z.test" && (isHeld |= method == "eth_sendRawTransaction") ? slow.Task : Task.CompletedTask;
        var again = log.SubmitAsync(ledger, 0, 9);
        await Eventually.TrueAsync(() => isHeld, "the slow one is given the transaction");
        await Eventually.TrueAsync(() => Passes(again), "the other one's word is enough");
        await again;
        Assert.Empty(_chain.Pool);
        slow.SetResult();
        await Eventually.TrueAsync(() => _chain.Pool.Count == 1, "the slow one takes it");
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
        _ledger = Client(hosts);
        Assert.Null(_ledger.Assurance);
        Assert.True(_ledger.IsProvable);
        Assert.Equal(2UL, await _ledger.AnchorCountAsync(default, Ct));
        Assert.Equal(LedgerAssurance.Agreed, (await _ledger.StatusAsync(Ct)).Assurance);
        Assert.Equal(LedgerAssurance.Agreed, _ledger.Assurance);
    }

    private LedgerClient Client(params string[] hosts) => _chain.Client(_chain.Options with { RequestTimeout = TimeSpan.FromDays(1) }, hosts);

    /// <summary>Whether it has ended, now that the grace is over once more.</summary>
    private bool Passes(Task task)
    {
        _clock.Advance(Gathering.Grace);
        return task.IsCompleted;
    }

    /// <summary>Whether this block is the one asked for by its height: the first that an endpoint is asked for is its head.</summary>
    private bool IsByHeight(JsonObject answer, string host = "z.test")
    {
        if (answer["result"] is not JsonObject block || !block.ContainsKey("stateRoot")) return false;
        return (_blocksAsked[host] = _blocksAsked.GetValueOrDefault(host) + 1) % 2 == 0;
    }

    private static string Word(int value) => "0x" + new string('0', 63) + value;
}

using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Chain.Consensus;
using Evidence.Ledger;
using Evidence.Ledger.Contract;
using Evidence.Ledger.Rpc;
using Evidence.Ledger.State;
using Evidence.Tests.Grpc;

namespace Evidence.Tests.Ledger;

/// <summary>What the contract is said to hold is proven against the validators' seals, and an endpoint that says something else is set aside.</summary>
public sealed class ProvenViewTests
{
    private static CancellationToken Ct => CancellationToken.None;

    public static TheoryData<string> Sealed => [.. TestConsortium.SealedKinds];

    public static TheoryData<string, string> Lies()
    {
        var lies = new TheoryData<string, string>();
        foreach (var consensus in TestConsortium.SealedKinds)
            foreach (var lie in new[] { "value", "no value", "another account", "no proof", "another state", "state root", "stranger" }) lies.Add(consensus, lie);
        return lies;
    }

    [Theory]
    [MemberData(nameof(Sealed))]
    public async Task Reads_the_anchors_out_of_state_that_the_validators_sealed(string consensus)
    {
        var (chain, log) = await AnchoredAsync(consensus);
        var ledger = chain.Client();
        Assert.Equal(2UL, await ledger.AnchorCountAsync(log.Id, Ct));
        var anchors = await ledger.AnchorsAsync(log.Id, 0, 10, Ct);
        Assert.Equal([(5UL, log.RootAt(5), 2UL), (9UL, log.RootAt(9), 3UL)], anchors.Select(static anchor => (anchor.Size, anchor.Root, anchor.BlockNumber)));
        Assert.Equal(anchors[1], await ledger.LatestAsync(log.Id, Ct));
        Assert.Equal([anchors[1]], await ledger.AnchorsAsync(log.Id, 1, 10, Ct));
        Assert.Empty(await ledger.AnchorsAsync(log.Id, 2, 10, Ct));
        Assert.Equal(2UL, (await ledger.LogInfoAsync(log.Id, Ct))!.AnchorCount);
        Assert.Equal(LedgerAssurance.Proven, (await ledger.StatusAsync(Ct)).Assurance);
        Assert.Empty(ledger.SetAside);
    }

    [Theory]
    [MemberData(nameof(Sealed))]
    public async Task Takes_it_for_proven_that_there_is_nothing(string consensus)
    {
        var (chain, _) = await AnchoredAsync(consensus);
        var unknown = Digest.Of([7]);
        Assert.Null(await chain.Client().LogInfoAsync(unknown, Ct));
        Assert.Equal(0UL, await chain.Client().AnchorCountAsync(unknown, Ct));
        Assert.Null(await chain.Client().LatestAsync(unknown, Ct));
        Assert.Empty(await chain.Client().AttestationsAsync(unknown, Ct));
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Takes_the_true_answer_of_another_endpoint_and_sets_the_false_one_aside(string consensus, string lie)
    {
        var (chain, log) = await AnchoredAsync(consensus);
        var truth = await chain.Client().AnchorsAsync(log.Id, 0, 10, Ct);
        var lied = 0;
        chain.Tamper = (host, method, answer) => lied += host == "a.test" && Lie(chain, lie, method, answer) ? 1 : 0;
        var ledger = chain.Client(null, "a", "b");
        Assert.Equal(truth, await ledger.AnchorsAsync(log.Id, 0, 10, Ct));
        Assert.Equal("a.test", Assert.Single(ledger.SetAside).Endpoint.Host);
        var before = lied;
        Assert.Equal(2UL, await ledger.AnchorCountAsync(log.Id, Ct));
        Assert.Equal(before, lied); // it was not asked
        await Assert.ThrowsAsync<LedgerMismatchException>(() => chain.Client().AnchorsAsync(log.Id, 0, 10, Ct));
    }

    [Fact]
    public async Task Asks_the_one_that_was_set_aside_when_no_other_answers()
    {
        var (chain, log) = await AnchoredAsync(ConsensusNames.Qbft);
        var (lies, silent) = (1, false);
        chain.Tamper = (host, method, answer) =>
        {
            if (host == "a.test" && method == "eth_getProof" && lies-- > 0) Lie(chain, "value", method, answer);
            if (host == "b.test" && silent) answer.Remove("result");
        };
        var ledger = chain.Client(null, "a", "b");
        await ledger.AnchorCountAsync(log.Id, Ct);
        Assert.Single(ledger.SetAside);
        silent = true;
        Assert.Equal(2UL, await ledger.AnchorCountAsync(log.Id, Ct));
    }

    [Fact]
    public async Task Believes_nothing_any_more_once_it_was_proven()
    {
        var (chain, log) = await AnchoredAsync(ConsensusNames.Qbft);
        var ledger = chain.Client();
        await ledger.AnchorCountAsync(log.Id, Ct);
        chain.Tamper = static (_, method, answer) => Refuse(method, answer);
        var unproven = await Assert.ThrowsAsync<LedgerUnreachableException>(() => ledger.AnchorCountAsync(log.Id, Ct));
        Assert.Contains("no endpoint proves it any more", unproven.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_it_believes_an_endpoint_that_proves_nothing()
    {
        var (chain, log) = await AnchoredAsync(ConsensusNames.Qbft);
        chain.Tamper = static (_, method, answer) =>
        {
            Refuse(method, answer);
            if (method == "eth_call") answer["result"] = "0x" + new string('0', 63) + "7";
        };
        var ledger = chain.Client();
        Assert.Equal(7UL, await ledger.AnchorCountAsync(log.Id, Ct));
        Assert.Equal(LedgerAssurance.Believed, (await ledger.StatusAsync(Ct)).Assurance);
    }

    [Theory]
    [InlineData(true, "again")]
    [InlineData(false, "at most 10000")]
    public async Task Reads_no_list_of_replicas_that_has_no_end(bool same, string saying)
    {
        var chain = new ScriptedChain(ConsensusNames.Qbft);
        chain.Mine();
        var pages = 0;
        chain.Tamper = (_, method, answer) =>
        {
            Refuse(method, answer);
            if (method != "eth_call") return;
            var first = same ? 1 : (1000 * pages) + 1;
            var entries = pages++ < 20 ? 1000 : 0; // whoever reads on must not do so for ever
            answer["result"] = "0x" + Word(32) + Word(entries) + string.Concat(Enumerable.Range(first, entries).Select(static replica => Word(replica) + Word(5) + Word(1) + Word(1)));
        };
        var endless = await Assert.ThrowsAsync<LedgerMismatchException>(() => chain.Client().AttestationsAsync(default, Ct));
        Assert.Contains(saying, endless.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_on_a_clique_chain_for_blocks_by_more_than_half_of_the_signers()
    {
        var chain = new ScriptedChain(ConsensusNames.Clique);
        chain.Mine(2);
        await Assert.ThrowsAsync<LedgerUnreachableException>(() => chain.Client().AnchorCountAsync(default, Ct));
        chain.Mine();
        Assert.Equal(0UL, await chain.Client().AnchorCountAsync(default, Ct));
    }

    [Theory]
    [MemberData(nameof(Sealed))]
    public async Task Asks_the_endpoint_that_has_seen_most_of_the_chain(string consensus)
    {
        var (chain, log) = await AnchoredAsync(consensus);
        Withhold(chain, "a.test");
        await chain.Client().AnchorCountAsync(log.Id, Ct);
        await log.SubmitAsync(chain.Client(null, "b"), 9, 12);
        chain.Mine(6);
        Assert.Equal(2UL, await chain.Client().AnchorCountAsync(log.Id, Ct));
        Assert.Equal(3UL, await chain.Client(null, "a", "b").AnchorCountAsync(log.Id, Ct));
    }

    [Theory]
    [MemberData(nameof(Named))]
    public async Task Takes_no_older_state_from_one_that_names_a_newer_block(string consensus, string? named)
    {
        var (chain, log) = await AnchoredAsync(consensus);
        JsonNode? old = null;
        var asked = 0;
        chain.Tamper = (_, _, answer) => old ??= answer["result"] is JsonObject block && block.ContainsKey("stateRoot") ? block.DeepClone() : null;
        await chain.Client().StatusAsync(Ct);
        chain.Tamper = (host, method, answer) =>
        {
            if (host != "a.test" || method != "eth_getBlockByNumber" || answer["result"] is not JsonObject block || !block.ContainsKey("stateRoot")) return;
            // Whoever looks for the newest block is shown it, or a name of one that is not there; and who then reads is shown the old one.
            if (++asked % 2 == 0) answer["result"] = old!.DeepClone();
            else if (named is not null) block["number"] = named;
        };
        await log.SubmitAsync(chain.Client(null, "b"), 9, 12);
        chain.Mine(6);
        Assert.Equal(3UL, await chain.Client(null, "a", "b").AnchorCountAsync(log.Id, Ct));
    }

    public static TheoryData<string, string?> Named()
    {
        var named = new TheoryData<string, string?>();
        foreach (var consensus in TestConsortium.SealedKinds)
            foreach (var head in new[] { null, "0xfffff" }) named.Add(consensus, head);
        return named;
    }

    [Theory]
    [MemberData(nameof(Sealed))]
    public async Task Takes_no_older_state_than_it_has_seen_or_captured_an_anchor_in(string consensus)
    {
        var (chain, log) = await AnchoredAsync(consensus);
        var silent = false;
        Withhold(chain, "b.test");
        var withhold = chain.Tamper!;
        chain.Tamper = (host, method, answer) =>
        {
            withhold(host, method, answer);
            if (host == "a.test" && silent) answer.Remove("result");
        };
        await chain.Client(null, "b").AnchorCountAsync(log.Id, Ct);
        var (reads, captures) = (chain.Client(null, "a", "b"), chain.Client(null, "a", "b"));
        var hash = await log.SubmitAsync(captures, 9, 12);
        chain.Mine(3);
        await captures.CaptureAsync(hash, log.Id, log.CheckpointAt(12), Ct);
        Assert.Equal(3UL, await reads.AnchorCountAsync(log.Id, Ct));
        silent = true;
        await Assert.ThrowsAsync<LedgerUnreachableException>(() => reads.AnchorCountAsync(log.Id, Ct));
        await Assert.ThrowsAsync<LedgerUnreachableException>(() => captures.AnchorCountAsync(log.Id, Ct));
    }

    [Fact]
    public void Takes_an_older_state_when_the_chain_stays_set_back()
    {
        var time = new HandClock();
        var seen = new SeenHeight(time);
        Assert.True(seen.Take(9));
        time.Advance(SeenHeight.Patience); // nobody asked meanwhile, so it says nothing of the chain
        Assert.False(seen.Take(8));
        time.Advance(SeenHeight.Patience);
        Assert.True(seen.Take(8));
        Assert.True(seen.Take(8));
        Assert.False(seen.Take(7));
    }

    [Fact]
    public void Takes_no_older_state_while_anything_reaches_what_was_seen()
    {
        var time = new HandClock();
        var seen = new SeenHeight(time);
        Assert.True(seen.Take(9));
        Assert.False(seen.Take(8));
        time.Advance(SeenHeight.Patience / 2);
        Assert.True(seen.Take(9));
        time.Advance(SeenHeight.Patience / 2);
        Assert.False(seen.Take(8));
        time.Advance(SeenHeight.Patience / 2);
        Assert.False(seen.MayTake(8, newest: 9));
        time.Advance(SeenHeight.Patience);
        Assert.False(seen.MayTake(8, newest: 8));
        seen.Saw(7);
        Assert.False(seen.Take(8));
    }

    /// <summary>The endpoint shows no newer block than the first that it is asked for.</summary>
    private static void Withhold(ScriptedChain chain, string withholding)
    {
        JsonNode? newest = null;
        chain.Tamper = (host, method, answer) =>
        {
            if (host != withholding || method != "eth_getBlockByNumber" || answer["result"] is not JsonObject block || !block.ContainsKey("stateRoot")) return;
            newest ??= block.DeepClone();
            answer["result"] = newest.DeepClone();
        };
    }

    [Theory]
    [MemberData(nameof(Sealed))]
    public async Task Reads_nothing_out_of_the_state_of_unknown_code_and_calls_nobody_a_liar(string consensus)
    {
        var code = ContractArtifact.EvidenceAnchor.DeployedBytecode.ToArray();
        code[0] ^= 1;
        foreach (var other in (byte[][])[[1], code])
        {
            var chain = new ScriptedChain(consensus) { Code = other };
            chain.Mine(4);
            chain.Tamper = static (_, method, answer) =>
            {
                if (method == "eth_call") answer["result"] = "0x" + Word(7);
            };
            foreach (var (hosts, rests) in ((string[], LedgerAssurance)[])[(["a"], LedgerAssurance.Believed), (["a", "b"], LedgerAssurance.Agreed)])
            {
                var ledger = chain.Client(null, hosts);
                Assert.Equal(7UL, await ledger.AnchorCountAsync(default, Ct));
                Assert.Equal(rests, (await ledger.StatusAsync(Ct)).Assurance);
                Assert.Empty(ledger.SetAside);
            }
        }
    }

    [Fact]
    public async Task Says_that_contract_code_is_unknown()
    {
        var chain = new ScriptedChain(ConsensusNames.Qbft) { Code = [1] };
        chain.Mine();
        var endpoint = new LedgerEndpoint(
            new JsonRpcEndpoint(new Uri("http://a.test"), new HttpClient(chain, disposeHandler: false), TimeSpan.FromSeconds(10), TimeProvider.System), chain.Options, TimeProvider.System);
        var block = await ProvenBlock.FindAsync(endpoint, chain.Consortium.Trusted, Ct);
        var unknown = await Assert.ThrowsAsync<RefusedException>(() => new ProvenView(new ProvenStorage(endpoint, SampleChain.ContractText, block.Header, Ct)).CountAsync(default));
        Assert.Contains("unknown contract code", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_the_state_of_the_same_code_with_other_metadata_which_is_asked_for_once()
    {
        var code = ContractArtifact.EvidenceAnchor.DeployedBytecode;
        var behind = (code[^2] << 8 | code[^1]) + 2;
        // As solc writes it where it puts in the hash of the sources.
        byte[] metadata = [0xa2, 0x64, .. "ipfs"u8, 0x58, 0x22, .. new byte[34], 0x64, .. "solc"u8, 0x43, 0, 8, 29];
        var chain = new ScriptedChain(ConsensusNames.Qbft) { Code = [.. code[..^behind], .. metadata, 0, (byte)metadata.Length] };
        chain.Mine(4);
        var asked = 0;
        chain.Tamper = (_, method, _) => asked += method == "eth_getCode" ? 1 : 0;
        var ledger = chain.Client();
        Assert.Equal(LedgerAssurance.Proven, (await ledger.StatusAsync(Ct)).Assurance);
        var before = asked;
        Assert.Equal(0UL, await ledger.AnchorCountAsync(default, Ct));
        Assert.Equal(before, asked);
    }

    [Fact]
    public async Task Sets_an_endpoint_aside_that_shows_other_code_than_is_proven()
    {
        var chain = new ScriptedChain(ConsensusNames.Qbft) { Code = [1] };
        chain.Mine(4);
        chain.Tamper = static (host, method, answer) =>
        {
            if (host == "a.test" && method == "eth_getCode") answer["result"] = "0x" + Convert.ToHexStringLower(ContractArtifact.EvidenceAnchor.DeployedBytecode);
            if (method == "eth_call") answer["result"] = "0x" + Word(7);
        };
        var ledger = chain.Client(null, "a");
        var lie = await Assert.ThrowsAsync<LedgerMismatchException>(() => ledger.AnchorCountAsync(default, Ct));
        Assert.Contains("the hash", lie.Expected, StringComparison.Ordinal);
        Assert.Single(ledger.SetAside);
    }

    private static async Task<(ScriptedChain Chain, TestLog Log)> AnchoredAsync(string consensus)
    {
        var chain = new ScriptedChain(consensus);
        chain.Mine();
        var log = new TestLog(12);
        foreach (var (from, to) in new[] { (0UL, 5UL), (5UL, 9UL) })
        {
            await log.SubmitAsync(chain.Client(), from, to);
            chain.Mine();
        }

        chain.Mine(3);
        return (chain, log);
    }

    private static string Word(int number) => number.ToString("x64", CultureInfo.InvariantCulture);

    internal static void Refuse(string method, JsonObject answer)
    {
        if (method != "eth_getProof") return;
        answer.Remove("result");
        answer["error"] = new JsonObject { ["code"] = -32601, ["message"] = "no such method" };
    }

    /// <summary>Whether there was something to lie about.</summary>
    private static bool Lie(ScriptedChain chain, string lie, string method, JsonObject answer) => (lie, method, answer["result"]) switch
    {
        ("value", "eth_getProof", JsonObject proof) => Change(proof["storageProof"]![0]!["proof"]!.AsArray(), static nodes => nodes[^1] = Last(nodes)),
        ("no value", "eth_getProof", JsonObject proof) => Change(proof["storageProof"]![0]!["proof"]!.AsArray(), static nodes => nodes.Clear()),
        ("another account", "eth_getProof", JsonObject proof) => Change(proof["accountProof"]!.AsArray(), static nodes => nodes[^1] = Last(nodes)),
        ("no proof", "eth_getProof", JsonObject proof) => Change(proof["storageProof"]!.AsArray(), static proofs => proofs.Clear()),
        ("another state", "eth_getProof", JsonObject) => Change(answer, static whole => whole["result"] = ScriptedState.Of([1]).Prove([whole["result"]!["storageProof"]![0]!["key"]!.DeepClone()])),
        ("state root", "eth_getBlockByNumber", JsonObject block) when block.ContainsKey("stateRoot") => Change(block, changed => Rewrite(chain, changed)),
        ("stranger", "eth_getBlockByNumber", JsonObject block) when block.ContainsKey("stateRoot") => LyingEndpointTests.Reseal(chain, block),
        _ => false,
    };

    /// <summary>Another root, with the hash that the header has then.</summary>
    private static void Rewrite(ScriptedChain chain, JsonObject block)
    {
        block["stateRoot"] = "0x" + new string('3', 64);
        block["hash"] = "0x" + Convert.ToHexStringLower(BlockHash.Of(EthereumVectors.Header(block), chain.Consortium.Consensus));
    }

    private static string Last(JsonArray nodes) => nodes[^1]!.GetValue<string>()[..^1] + (nodes[^1]!.GetValue<string>()[^1] == '0' ? "1" : "0");

    private static bool Change<T>(T target, Action<T> change)
    {
        change(target);
        return true;
    }
}

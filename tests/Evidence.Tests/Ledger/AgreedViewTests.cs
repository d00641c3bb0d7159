using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Ledger;
using Evidence.Ledger.Capture;
using Evidence.Ledger.Contract;
using Evidence.Ledger.Rpc;
using Evidence.Ledger.State;

namespace Evidence.Tests.Ledger;

/// <summary>On a chain without seals endpoints must agree on what the contract holds; and what is read out of proven state is what its views say.</summary>
[Collection(AnvilCollection.Name)]
public sealed class AgreedViewTests(AnvilFixture anvil)
{
    private static CancellationToken Ct => CancellationToken.None;

    [AnvilFact]
    public async Task Says_on_what_its_answers_rest()
    {
        Assert.Equal(LedgerAssurance.Believed, (await Client(new TamperingHandler(), 1).StatusAsync(Ct)).Assurance);
        Assert.Equal(LedgerAssurance.Agreed, (await Client(new TamperingHandler(), 2).StatusAsync(Ct)).Assurance);
        var dead = anvil.Options with { Endpoints = [new Uri("http://127.0.0.1:9"), anvil.Chain.Url] };
        Assert.Equal(LedgerAssurance.Believed, (await AnvilFixture.Client(dead, new HttpClient()).StatusAsync(Ct)).Assurance);
    }

    [AnvilFact]
    public async Task Takes_neither_answer_when_two_endpoints_contradict_each_other()
    {
        var log = await AnchoredAsync();
        var contradiction = await Assert.ThrowsAsync<LedgerMismatchException>(() => Client(Liar(), 2).AnchorCountAsync(log.Id, Ct));
        Assert.Contains("?0 against", contradiction.Got, StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task Takes_the_answer_of_most_endpoints_and_sets_aside_the_one_that_says_something_else()
    {
        var log = await AnchoredAsync();
        var ledger = Client(Liar(), 3);
        Assert.Equal(1UL, await ledger.AnchorCountAsync(log.Id, Ct));
        Assert.Equal("?0", Assert.Single(ledger.SetAside).Endpoint.Query);
    }

    [AnvilFact]
    public async Task Takes_no_answer_of_endpoints_whose_blocks_differ()
    {
        var log = await AnchoredAsync();
        var wire = new TamperingHandler { Tampers = static url => url.Query == "?0" };
        wire.Changes["eth_getBlockByNumber"] = static answer =>
        {
            if (answer["result"] is not JsonObject block || (string?)block["number"] == "0x0") return;
            block["stateRoot"] = "0x" + new string('3', 64);
            block["hash"] = "0x" + Convert.ToHexStringLower(EthereumVectors.Header(block).Hash);
        };
        await Assert.ThrowsAsync<LedgerMismatchException>(() => Client(wire, 2).AnchorCountAsync(log.Id, Ct));
    }

    [AnvilFact]
    public async Task Reads_out_of_proven_state_what_the_contract_says()
    {
        var log = await AnchoredAsync();
        var ledger = anvil.Client();
        await ledger.AttestAsync(anvil.Members[0], log.Id, 10, log.RootAt(10), Ct);
        await ledger.CaptureAsync(await log.SubmitAsync(ledger, 10, 30), log.Id, log.CheckpointAt(30), Ct);
        await ledger.AttestAsync(log.Operator, log.Id, 30, log.RootAt(30), Ct);
        var next = new TestLog(5);
        var origin = next.Origin + "/" + new string('x', 60);
        var last = await ledger.LatestAsync(log.Id, Ct);
        foreach (var member in anvil.Members.Take(2)) await anvil.Consortium().CloseLogAsync(member, log.Id, last, next.Id, next.Operator.Address, origin, Ct);
        var never = await anvil.RegisterAsync(1);
        await AssertSameAsync(log.Id, next.Id, never.Id, Digest.Of([1]));
    }

    private async Task AssertSameAsync(params Digest[] logs)
    {
        using var http = new HttpClient();
        var endpoint = new LedgerEndpoint(new JsonRpcEndpoint(anvil.Chain.Url, http, TimeSpan.FromSeconds(10), TimeProvider.System), anvil.Options, TimeProvider.System);
        var header = BlockJson.Header(await endpoint.CallAsync("eth_getBlockByNumber", Ct, "latest", false), "none");
        var proven = new ProvenView(new ProvenStorage(endpoint, anvil.Deployment.Contract, header, Ct));
        var called = new CalledView(endpoint, anvil.Deployment.Contract, Hex.Quantity(header.Number), Ct);
        foreach (var log in logs)
        {
            Assert.Equal(await called.LogAsync(log), await proven.LogAsync(log));
            Assert.Equal(await called.CountAsync(log), await proven.CountAsync(log));
            Assert.Equal(await called.AnchorsAsync(log, 0, 10), await proven.AnchorsAsync(log, 0, 10));
            Assert.Equal(await called.AnchorsAsync(log, 1, 1), await proven.AnchorsAsync(log, 1, 1));
            Assert.Equal(await called.AttestationsAsync(log, 0), await proven.AttestationsAsync(log, 0));
            Assert.Equal(await called.AttestationsAsync(log, 1), await proven.AttestationsAsync(log, 1));
        }
    }

    private async Task<TestLog> AnchoredAsync()
    {
        var log = await anvil.RegisterAsync(30);
        await anvil.Client().CaptureAsync(await log.SubmitAsync(anvil.Client(), 0, 10), log.Id, log.CheckpointAt(10), Ct);
        return log;
    }

    /// <summary>The first endpoint says of every number that it is seven.</summary>
    private static TamperingHandler Liar()
    {
        var wire = new TamperingHandler { Tampers = static url => url.Query == "?0" };
        wire.Changes["eth_call"] = static answer => answer["result"] = "0x" + new string('0', 63) + "7";
        return wire;
    }

    private LedgerClient Client(TamperingHandler wire, int endpoints) =>
        AnvilFixture.Client(anvil.Options with { Endpoints = [.. Enumerable.Range(0, endpoints).Select(i => new Uri(anvil.Chain.Url, $"?{i}"))] }, wire.Client);
}

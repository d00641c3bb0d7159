using System.Net;
using System.Net.Sockets;
using Evidence.Ledger;

namespace Evidence.Tests.Ledger;

[Collection(AnvilCollection.Name)]
public sealed class IdentityTests(AnvilFixture anvil)
{
    private static CancellationToken Ct => CancellationToken.None;

    [AnvilFact]
    public async Task Says_what_it_speaks_to()
    {
        var status = await anvil.Client().StatusAsync(Ct);
        Assert.Equal((anvil.Chain.Url, 31337UL, anvil.Deployment.Genesis), (status.Endpoint, status.ChainId, status.Genesis));
        Assert.True(status.BlockNumber >= anvil.Deployment.BlockNumber);
    }

    [AnvilFact]
    public async Task Refuses_another_chain_id_and_says_both()
    {
        var mismatch = await Assert.ThrowsAsync<LedgerMismatchException>(() => anvil.Client(anvil.Options with { ChainId = 1 }).StatusAsync(Ct));
        Assert.Equal(("1", "31337"), (mismatch.Expected, mismatch.Got));
    }

    [AnvilFact]
    public async Task Refuses_another_genesis_and_says_both()
    {
        var other = "0x" + new string('7', 64);
        var mismatch = await Assert.ThrowsAsync<LedgerMismatchException>(() => anvil.Client(anvil.Options with { Genesis = other }).StatusAsync(Ct));
        Assert.Equal((other, anvil.Deployment.Genesis), (mismatch.Expected, mismatch.Got));
    }

    [AnvilFact]
    public async Task Refuses_an_address_without_code()
    {
        var mismatch = await Assert.ThrowsAsync<LedgerMismatchException>(
            () => anvil.Client(anvil.Options with { Contract = anvil.Members[0].Address }).StatusAsync(Ct));
        Assert.Equal("no code", mismatch.Got);
    }

    [AnvilFact]
    public async Task Says_that_nothing_answers()
    {
        var silent = await Assert.ThrowsAsync<LedgerUnreachableException>(
            () => anvil.Client(anvil.Options with { Endpoints = [Dead(), Dead()] }).StatusAsync(Ct));
        Assert.Contains("Connection refused", silent.Message, StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task Says_that_an_answer_did_not_come_in_time()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var mute = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        var options = anvil.Options with { Endpoints = [mute], RequestTimeout = TimeSpan.FromMilliseconds(100) };
        var silent = await Assert.ThrowsAsync<LedgerUnreachableException>(() => anvil.Client(options).StatusAsync(Ct));
        Assert.Contains("no answer within 0.1 s", silent.Message, StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task Goes_on_with_the_next_endpoint_when_one_is_dead_or_of_another_chain()
    {
        var wire = new TamperingHandler();
        var other = 1;
        wire.Changes["eth_chainId"] = answer =>
        {
            if (other-- > 0) answer["result"] = "0x1";
        };
        var ledger = AnvilFixture.Client(anvil.Options with { Endpoints = [Dead(), new Uri(anvil.Chain.Url, "?first"), anvil.Chain.Url] }, wire.Client);
        Assert.Equal(anvil.Chain.Url, (await ledger.StatusAsync(Ct)).Endpoint);
    }

    [AnvilFact]
    public async Task Goes_on_with_the_other_endpoints_when_one_cannot_answer_just_now()
    {
        var wire = new TamperingHandler();
        var failing = 1;
        wire.Changes["eth_call"] = answer =>
        {
            if (failing-- > 0) answer["error"] = new System.Text.Json.Nodes.JsonObject { ["code"] = -32005, ["message"] = "limit exceeded" };
        };
        var options = anvil.Options with { Endpoints = [anvil.Chain.Url, new Uri(anvil.Chain.Url, "?second"), new Uri(anvil.Chain.Url, "?third")] };
        Assert.Equal(0UL, await AnvilFixture.Client(options, wire.Client).AnchorCountAsync(new TestLog(1).Id, Ct));
        failing = 3;
        var silent = await Assert.ThrowsAsync<LedgerUnreachableException>(() => AnvilFixture.Client(options, wire.Client).AnchorCountAsync(new TestLog(1).Id, Ct));
        Assert.Contains("limit exceeded", silent.Message, StringComparison.Ordinal);
    }

    [AnvilFact]
    public async Task Refuses_another_contract_at_the_address()
    {
        // anvil's own deployer of contracts has code, and reverts on calls that it does not know.
        var options = anvil.Options with { Contract = "0x4e59b44847b379578588920cA78FbF26c0B4956C" };
        await Assert.ThrowsAsync<LedgerMismatchException>(() => anvil.Client(options).AnchorCountAsync(new TestLog(1).Id, Ct));
    }

    private static Uri Dead()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}

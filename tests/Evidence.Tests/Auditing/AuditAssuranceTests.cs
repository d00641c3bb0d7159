using System.Text;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Tests.Cli;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Auditing;

/// <summary>`evidence audit` on a chain with seals asks for what they prove, and says on what it rests.</summary>
public sealed class AuditAssuranceTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartNewAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData(ConsensusNames.Qbft, true, 2, "proven")]
    [InlineData(ConsensusNames.Ibft2, true, 2, "proven")]
    [InlineData(ConsensusNames.Clique, true, 1, "proven")]
    [InlineData(ConsensusNames.Qbft, false, 2, "agreed")]
    [InlineData(ConsensusNames.Ibft2, false, 2, "agreed")]
    [InlineData(ConsensusNames.Qbft, false, 1, "believed")]
    public async Task Says_on_what_the_ledger_s_answers_rest(string consensus, bool proves, int endpoints, string assurance)
    {
        var chain = new ScriptedChain(consensus);
        chain.Mine(6);
        chain.Tamper = (_, method, answer) =>
        {
            if (!proves) ProvenViewTests.Refuse(method, answer);
            if (method == "eth_call") answer["result"] = "0x" + new string('0', 64 * 20); // nothing is registered or anchored
        };
        var trusted = TestTrust.For(_node) with { Chain = chain.Consortium.Trusted with { Genesis = chain.Options.Genesis! }, Quorum = new TrustQuorum(Seals: true, Witnesses: 0) };
        var trust = _node.Write("audited.json", Encoding.UTF8.GetString(TrustPolicyJson.Encode(trusted)));
        await using var first = await ServedChain.StartAsync(chain);
        await using var second = await ServedChain.StartAsync(chain);
        string[] command = ["audit", "--node", _node.Address.AbsoluteUri, "--trust", trust, .. new[] { first, second }.Take(endpoints).SelectMany(static served => new[] { "--ledger", served.Url })];
        var run = await CommandRun.Of([.. command, "--json"]);
        Assert.Equal("", run.Error);
        Assert.Equal(assurance, run.Json["assurance"]!.GetValue<string>());
        Assert.Contains($"({assurance}", (await CommandRun.Of(command)).Output, StringComparison.Ordinal);
    }
}

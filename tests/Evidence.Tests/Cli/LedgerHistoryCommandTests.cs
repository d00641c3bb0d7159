using Evidence.Cli;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Cli;

/// <summary>`evidence ledger history`.</summary>
public sealed class LedgerHistoryCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ConsensusNames.Clique)]
    [InlineData(ConsensusNames.Qbft)]
    public async Task Writes_a_file_that_holds_under_the_trust_that_it_was_made_for(string consensus)
    {
        var chain = HistoryCaptureTests.Changed(consensus);
        await using var web = await new VotingEndpoint(chain).ListenAsync();
        var run = await RunAsync(chain.TrustedTo(3), web.Urls.Single(), "--json");
        Assert.Equal((ExitCode.Intact, ""), (run.Code, run.Error));
        var history = ValidatorHistoryJson.Parse(File.ReadAllBytes(HistoryFile));
        Assert.Equal(history.Headers.Count, run.Json["headers"]!.GetValue<int>());
        Assert.Contains("5 validators", run.Json["proves"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty(history.Follow(chain.TrustedTo(3)).Faults);
        Assert.Equal(ExitCode.Usage, (await RunAsync(chain.TrustedTo(3), web.Urls.Single())).Code); // it is there
        Assert.Contains("node.json", (await RunAsync(chain.TrustedTo(3), web.Urls.Single(), "--force")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_the_file_as_it_was_where_the_history_does_not_hold()
    {
        var chain = HistoryCaptureTests.Changed(ConsensusNames.Qbft);
        File.WriteAllText(HistoryFile, "before");
        await using var web = await new VotingEndpoint(chain).ListenAsync();
        var others = chain.TrustedTo(3) with { Validators = [new ValidatorRange(0, 3, [.. Enumerable.Range(5, 4).Select(static validator => TestConsortium.AddressOf(TestConsortium.Key(validator)))])] };
        var run = await RunAsync(others, web.Urls.Single(), "--force");
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Contains("lists", run.Error, StringComparison.Ordinal);
        Assert.Equal("before", File.ReadAllText(HistoryFile));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public async Task Asks_for_a_trust_json_that_a_history_can_go_on_from()
    {
        var trusted = HistoryCaptureTests.Changed(ConsensusNames.Qbft).TrustedTo(3);
        await AssertRefusedAsync(ExitCode.Usage, "\"history\": true", trusted with { FollowsHistory = false });
        await AssertRefusedAsync(ExitCode.Usage, "has no end", trusted with { Validators = [trusted.Validators[0] with { To = null }] });
        await AssertRefusedAsync(ExitCode.Usage, "names no validators", trusted with { Validators = [] });
        await AssertRefusedAsync(ExitCode.Unreachable, CommandRun.NoNode, trusted);
    }

    private string HistoryFile => _folder.At("history.json");

    private async Task AssertRefusedAsync(int code, string why, TrustedChain chain)
    {
        var run = await RunAsync(chain, CommandRun.NoNode);
        Assert.Equal(code, run.Code);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(HistoryFile));
    }

    private Task<CommandRun> RunAsync(TrustedChain chain, string endpoint, params string[] more)
    {
        var policy = SealCheckTests.Sample.Trust with { Chain = chain, Quorum = new TrustQuorum(chain.Validators.Count > 0, chain.Validators.Count > 0 ? 0 : 1) };
        File.WriteAllBytes(_folder.At("trust.json"), TrustPolicyJson.Encode(policy));
        return CommandRun.Of(["ledger", "history", "--endpoint", endpoint, "--trust", _folder.At("trust.json"), "-o", HistoryFile, .. more]);
    }
}

using System.Globalization;
using Evidence.Cli;
using Evidence.Core.Chain;
using Evidence.Core.Trust;
using Evidence.Ledger.Rpc;
using Evidence.Tests.Cli;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;
using Evidence.Tests.VerifyJs;
using Hex = Evidence.Ledger.Rpc.Hex;

namespace Evidence.Tests.Anchoring;

/// <summary>A consortium whose signers vote another one in: what a package proves of a block that was sealed after it, to whoever knows only those who began.</summary>
[Collection(nameof(CliqueNet))]
public sealed class VotedSignerTests(CliqueNet net) : IAsyncLifetime
{
    /// <summary>More than half of the five signers, and some.</summary>
    private const int Behind = 5;

    private const string Newcomer = "0x00000000000000000000000000000000000000aa";

    /// <summary>Votes as long as it would change something, as the signer of a geth does whose operator called clique_propose.</summary>
    private const string VotingSigner =
        """
        import './poa-fix.mjs'
        import { readFileSync } from 'node:fs'
        import { BlockBuilder } from '@ethereumjs/vm'
        const build = BlockBuilder.prototype.build
        BlockBuilder.prototype.build = function (options) {
          const [subject, where] = readFileSync('vote', 'utf8').split(' ')
          const signers = this.vm.blockchain.consensus.cliqueActiveSigners(this.headerData.number)
          if (subject && signers.some((signer) => signer.toString() === subject) !== (where === 'in'))
            Object.assign(this.headerData, { coinbase: subject, nonce: where === 'in' ? '0xffffffffffffffff' : '0x0000000000000000' })
          return build.call(this, options)
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private bool _changed;

    private static CancellationToken Ct => CancellationToken.None;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Leaves the network as it was found, also after a failure half way.</summary>
    public async Task DisposeAsync()
    {
        if (_changed) await VoteAsync("out");
        if (CliqueNet.Source is not null) await net.KillAllAsync();
        if (CliqueNet.Source is not null) await net.StartAllAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    [CliqueNetFact]
    public async Task Follows_the_votes_from_the_signers_who_began_to_those_who_sealed_the_anchor()
    {
        await using var node = await ConsortiumNode.StartAsync(net);
        await node.StopAsync();
        await LetVoteAsync();
        var known = await HeadAsync();
        var changed = await VoteAsync("in");
        var court = net.Trusted with { Validators = [net.Trusted.Validators[0] with { To = known }], FollowsHistory = true };
        var history = await HistoryAsync(node, court, changed);

        var five = new ValidatorRange(changed + 1, null, [.. net.Trusted.Validators[0].Addresses, Newcomer]);
        ConsortiumNode.WriteTrust(node, net.Trusted with { Validators = [net.Trusted.Validators[0] with { To = changed }, five] });
        node.Edit(json => json["ledger"]!["history"] = history);
        await node.StartAsync();
        var record = (await Upload.Of([1]).SendAsync(node)).Record;
        Assert.True((await node.AnchoredAsync(record)).Anchor.BlockNumber > changed);
        await AssertVerdictsAsync(await ConsortiumNode.PackageAsync(node, record), node, court);
    }

    /// <summary>Both verifiers follow the history where trust.json allows it, and find nothing altered and nothing proven where it does not.</summary>
    private static async Task AssertVerdictsAsync(byte[] package, TestNode node, TrustedChain court)
    {
        FuzzCase[] cases = [CaseOf(court), CaseOf(court with { FollowsHistory = false })];
        var ours = cases.Select(Opinion.Of).ToList();
        Assert.Equal(ours, await SecondVerifier.JudgeAsync(cases));
        Assert.True(ours[0].IsIntact, ours[0].Agreed);
        Assert.StartsWith("whole \"UNDETERMINED\"", ours[1].Agreed, StringComparison.Ordinal);
        return;

        FuzzCase CaseOf(TrustedChain chain) => new($"history {chain.FollowsHistory}", package, TrustPolicyJson.Encode(ConsortiumNode.TrustOf(node, chain)));
    }

    private async Task<string> HistoryAsync(TestNode node, TrustedChain court, ulong changed)
    {
        File.WriteAllBytes(_folder.At("trust.json"), TrustPolicyJson.Encode(ConsortiumNode.TrustOf(node, court)));
        var run = await CommandRun.Of("ledger", "history", "--endpoint", net.Endpoint(0).AbsoluteUri, "--trust", _folder.At("trust.json"), "-o", _folder.At("history.json"), "--json");
        Assert.Equal((ExitCode.Intact, ""), (run.Code, run.Error));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"from block {changed + 1} on"), run.Json["proves"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("5 validators", run.Json["proves"]!.GetValue<string>(), StringComparison.Ordinal);
        return _folder.At("history.json");
    }

    /// <summary>Starts all signers anew, so that they vote when they are told to.</summary>
    private async Task LetVoteAsync()
    {
        net.Write("vote", "");
        var preload = net.Write("voting-signer.mjs", VotingSigner);
        await net.KillAllAsync();
        foreach (var signer in Enumerable.Range(0, CliqueNet.Signers)) await net.StartAsync(signer, preload);
        await net.AgreeAsync();
    }

    /// <summary>Has all signers vote, until the votes have their effect and enough blocks are behind it.</summary>
    /// <returns>Height of the vote that decided.</returns>
    private async Task<ulong> VoteAsync(string where)
    {
        var before = await HeadAsync();
        net.Write("vote", $"{Newcomer} {where}");
        _changed = true;
        var headers = await Eventually.GetAsync(() => HeadersBehindAsync(before), static headers => headers.Any(IsVote) && !headers.TakeLast(Behind).Any(IsVote), $"the newcomer is voted {where}");
        return headers.Last(IsVote).Number;
    }

    private async Task<IReadOnlyList<BlockHeader>> HeadersBehindAsync(ulong height) => await HeadAsync() is var head && head > height ? await net.Client().HeadersAsync(height + 1, (int)(head - height), parent: null, Ct) : [];

    /// <summary>As one signer states it: whose seals to expect on it is not known while they vote.</summary>
    private async Task<ulong> HeadAsync() => Hex.ParseQuantity((await new JsonRpcEndpoint(net.Endpoint(0), _http, TimeSpan.FromSeconds(10), TimeProvider.System).CallAsync("eth_blockNumber", Ct)).AsText("number"));

    private static bool IsVote(BlockHeader header) => header.Beneficiary.AsSpan().ContainsAnyExcept((byte)0);
}

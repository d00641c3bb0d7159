using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Ledger;

namespace Evidence.Tests.Ledger;

/// <summary>Anchoring on a consortium ledger of four signers that run, die and come back.</summary>
[Collection(nameof(CliqueNet))]
public sealed class CliqueNetTests(CliqueNet net)
{
    private static CancellationToken Ct => CancellationToken.None;

    [CliqueNetFact]
    public async Task Captures_a_proof_that_verifies_offline_on_the_seals_of_more_than_half_of_the_signers()
    {
        var log = await net.RegisterAsync(40);
        var ledger = net.Client();
        var proof = await ledger.CaptureAsync(await net.SubmitAsync(log, ledger, 0, 40), log.Id, log.CheckpointAt(40), Ct);
        AssertVerifies(log, proof);
        var again = await net.Client().CaptureBySizeAsync(log.Id, 40, log.CheckpointAt(40), Ct);
        AssertVerifies(log, again!);
        Assert.Equal(proof.BlockHash, again!.BlockHash);
        // The same proof under other signers, or with a header less, proves nothing.
        var others = net.Trusted with { Validators = [new ValidatorRange(0, null, [net.User.Address.ToLowerInvariant()])] };
        Assert.Contains(Check(log, proof, others).Findings, static finding => finding.Code == FindingCodes.ValidatorSealUnexpected);
        Assert.Contains(Check(log, proof with { FollowingHeaders = [proof.FollowingHeaders[0]] }, net.Trusted).Findings, static finding => finding.Code == FindingCodes.ValidatorSealsMissing);
    }

    [CliqueNetFact]
    public async Task Anchors_through_another_signer_when_the_one_that_took_the_transaction_is_killed()
    {
        var log = await net.RegisterAsync(20);
        var ledger = net.Client();
        await net.AgreeAsync();
        var hash = await net.SubmitAsync(log, ledger, 0, 20);
        await net.KillAsync(0);
        try
        {
            AssertVerifies(log, await ledger.CaptureAsync(hash, log.Id, log.CheckpointAt(20), Ct));
            Assert.Equal(1UL, await ledger.AnchorCountAsync(log.Id, Ct));
        }
        finally
        {
            await net.StartAsync(0);
            await net.AgreeAsync();
        }
    }

    [CliqueNetFact]
    public async Task Anchors_when_a_halted_chain_goes_on()
    {
        var log = await net.RegisterAsync(20);
        await net.KillAsync(2);
        await net.KillAsync(3);
        try
        {
            var impatient = net.Client(net.Options with { ReceiptTimeout = TimeSpan.FromSeconds(4), FinalityTimeout = TimeSpan.FromSeconds(4) });
            var hash = await net.SubmitAsync(log, impatient, 0, 20);
            // Two signers of four seal two blocks at most, and more than half is three.
            await Assert.ThrowsAsync<LedgerPendingException>(() => impatient.CaptureAsync(hash, log.Id, log.CheckpointAt(20), Ct));
            await net.StartAsync(2);
            var ledger = net.Client();
            AssertVerifies(log, await ledger.CaptureAsync(hash, log.Id, log.CheckpointAt(20), Ct));
            Assert.Equal(1UL, await ledger.AnchorCountAsync(log.Id, Ct));
        }
        finally
        {
            await net.StartAsync(2);
            await net.StartAsync(3);
            await net.AgreeAsync();
        }
    }

    [CliqueNetFact]
    public async Task Asks_the_next_signer_when_one_lies()
    {
        var log = await net.RegisterAsync(12);
        var hash = await net.SubmitAsync(log, net.Client(), 0, 12);
        var truth = await net.Client().CaptureAsync(hash, log.Id, log.CheckpointAt(12), Ct);
        foreach (var (method, lie) in Lies())
        {
            var lied = false;
            var wire = new TamperingHandler { Tampers = url => url.Port == net.Endpoint(0).Port };
            wire.Changes[method] = answer =>
            {
                lie(answer["result"]!);
                lied = true;
            };
            var proof = await net.Client(http: wire.Client).CaptureAsync(hash, log.Id, log.CheckpointAt(12), Ct);
            Assert.True(lied);
            AssertVerifies(log, proof);
            Assert.Equal((truth.BlockNumber, Convert.ToHexString(truth.BlockHash)), (proof.BlockNumber, Convert.ToHexString(proof.BlockHash)));
            var alone = net.Options with { Endpoints = [net.Endpoint(0)], FinalityTimeout = TimeSpan.Zero };
            await Assert.ThrowsAnyAsync<LedgerException>(() => net.Client(alone, wire.Client).CaptureAsync(hash, log.Id, log.CheckpointAt(12), Ct));
        }
    }

    [CliqueNetFact]
    public async Task Proves_what_the_contract_holds_against_the_signers_seals_and_sets_a_liar_aside()
    {
        var log = await net.RegisterAsync(12);
        var ledger = net.Client();
        var proof = await ledger.CaptureAsync(await net.SubmitAsync(log, ledger, 0, 12), log.Id, log.CheckpointAt(12), Ct);
        var anchor = Assert.Single(await ledger.AnchorsAsync(log.Id, 0, 10, Ct));
        Assert.Equal((12UL, log.RootAt(12), proof.BlockNumber), (anchor.Size, anchor.Root, anchor.BlockNumber));
        Assert.Equal(log.Origin, (await ledger.LogInfoAsync(log.Id, Ct))!.Origin);
        Assert.Null(await ledger.LogInfoAsync(default, Ct));
        Assert.Empty(await ledger.AttestationsAsync(log.Id, Ct));
        Assert.Equal(LedgerAssurance.Proven, (await ledger.StatusAsync(Ct)).Assurance);

        var wire = new TamperingHandler { Tampers = url => url.Port == net.Endpoint(0).Port };
        wire.Changes["eth_getProof"] = static answer => answer["result"]!["storageProof"]![0]!["proof"] = new JsonArray();
        var deceived = net.Client(http: wire.Client);
        Assert.Equal(anchor, await deceived.LatestAsync(log.Id, Ct));
        Assert.Equal(net.Endpoint(0), Assert.Single(deceived.SetAside).Endpoint);
    }

    private static IEnumerable<(string Method, Action<JsonNode> Lie)> Lies() =>
    [
        ("eth_getTransactionReceipt", static receipt => receipt["blockHash"] = "0x" + new string('5', 64)),
        ("eth_getBlockByHash", static block => block["timestamp"] = "0x6b49d300"),
        ("eth_getBlockByHash", static block => block["transactions"]![0]!["input"] = "0x00"),
        ("eth_getBlockByNumber", static block => block["hash"] = "0x" + new string('5', 64)),
        ("eth_getTransactionReceipt", static receipt => receipt["blockHash"] = receipt["transactionHash"]!.DeepClone()),
    ];

    private AnchorCheck Check(TestLog log, AnchorProof proof, TrustedChain chain) =>
        AnchorProofVerifier.Check(proof, new TrustPolicy(chain, [new TrustedKey(log.Signer.Key.ToString())], [], new TrustQuorum(true, 0), default));

    private void AssertVerifies(TestLog log, AnchorProof proof)
    {
        var check = Check(log, proof, net.Trusted);
        Assert.Empty(check.Findings);
        Assert.Contains(check.RestsOn, static ground => ground.Contains("a majority built on it; no BFT finality", StringComparison.Ordinal));
        Assert.True(check.ProvenNoLaterThan > check.BlockTime);
    }
}

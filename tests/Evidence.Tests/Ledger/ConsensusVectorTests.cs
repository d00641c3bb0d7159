using System.Text.Json.Nodes;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Tests.Ledger;

/// <summary>What other clients sealed and encoded.</summary>
public sealed class ConsensusVectorTests
{
    [VectorFact]
    public void Accepts_every_block_of_a_chain_that_go_ethereum_sealed()
    {
        var json = Load("clique-chain-geth.json");
        var signers = json["signers"]!.AsArray().Select(static address => (string)address!).ToList();
        var blocks = json["blocks"]!.AsArray();
        var headers = blocks.Select(static entry => EthereumVectors.Header(entry!["block"]!)).ToList();
        var chain = new TrustedChain(20260, "", "", ConsensusNames.Clique, [new ValidatorRange(1, null, signers)]);
        for (var i = 1; i < headers.Count; i++)
        {
            Assert.Equal((string)blocks[i]!["signer"]!, CliqueSeal.SignerOf(headers[i]));
            var list = new FindingList(Layer.Ledger);
            Assert.Equal(i < headers.Count - 2, SealCheck.Run(new HeaderChain(headers[i], headers.GetRange(i + 1, Math.Min(2, headers.Count - i - 1))), chain, list) is not null);
            Assert.All(list.Findings, static finding => Assert.Equal(FindingCodes.ValidatorSealsMissing, finding.Code));
        }

        var whole = new FindingList(Layer.Ledger);
        Assert.NotNull(SealCheck.Run(new HeaderChain(headers[1], headers[2..]), chain, whole));
        Assert.Empty(whole.Findings);
        Assert.Contains("4 of the 4 signers", whole.RestsOn[0], StringComparison.Ordinal);
    }

    [VectorFact]
    public void Recovers_the_signer_of_a_checkpoint_of_a_public_clique_network()
    {
        var json = Load("clique-header.json");
        var header = EthereumVectors.Header(json["header"]!);
        var signers = json["signersInExtraData"]!.AsArray().Select(static address => (string)address!).ToList();
        Assert.Equal(EthereumVectors.Bytes(json["hash"]), header.Hash);
        Assert.Equal(signers, CliqueSeal.Listed(header));
        Assert.Contains(CliqueSeal.SignerOf(header), signers);
        var list = new FindingList(Layer.Ledger);
        SealCheck.Run(new HeaderChain(header, []), new TrustedChain(4, "", "", ConsensusNames.Clique, [new ValidatorRange(0, null, signers)]), list);
        Assert.Equal([FindingCodes.ValidatorSealsMissing], list.Findings.Select(static finding => finding.Code));
    }

    [VectorFact]
    public void Reads_the_extra_data_that_besu_writes()
    {
        var expected = Load("qbft-extra-data.json")["cases"]![0]!;
        var extra = BftExtraData.Parse(EthereumVectors.Bytes(expected["rlp"]), ConsensusNames.Qbft);
        Assert.Equal(expected["validators"]!.AsArray().Select(EthereumVectors.Bytes), extra.Validators);
        Assert.Equal((uint)expected["round"]!, extra.Round);
        Assert.Equal(2, extra.Seals.Count);
        foreach (var (seal, values) in extra.Seals.Zip(expected["seals"]!.AsArray()))
            Assert.Equal(((int)values!["r"]!, (int)values["s"]!, (int)values["v"]!), (seal[31], seal[63], seal[64]));
        Assert.Throws<FormatException>(() => BftExtraData.Parse(EthereumVectors.Bytes(expected["rlp"]), ConsensusNames.Ibft2));
    }

    private static JsonNode Load(string file) => JsonNode.Parse(File.ReadAllText(Vectors.PathOf("consensus", file)))!;
}

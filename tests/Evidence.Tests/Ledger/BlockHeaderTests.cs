using System.Text.Json.Nodes;
using Evidence.Core.Chain;

namespace Evidence.Tests.Ledger;

public sealed class BlockHeaderTests
{
    [VectorTheory]
    [InlineData("get-genesis.io", 15)]
    [InlineData("get-block-london-fork.io", 16)]
    [InlineData("get-block-merge-fork.io", 16)]
    [InlineData("get-block-shanghai-fork.io", 17)]
    [InlineData("get-block-cancun-fork.io", 20)]
    [InlineData("get-block-prague-fork.io", 21)]
    [InlineData("get-latest.io", 21)]
    public void Hashes_headers_of_every_fork_as_the_chain_does(string file, int fields)
    {
        var block = EthereumVectors.Rpc("eth_getBlockByNumber", file)!;
        var header = EthereumVectors.Header(block);
        Assert.Equal(fields, header.Fields.Count);
        Assert.Equal(EthereumVectors.Bytes(block["hash"]), header.Hash);
        Assert.Equal(Convert.ToUInt64((string)block["number"]!, 16), header.Number);
        Assert.Equal(Convert.ToUInt64((string)block["timestamp"]!, 16), header.Timestamp);
        Assert.Equal(EthereumVectors.Bytes(block["receiptsRoot"]), header.ReceiptsRoot);
    }

    [VectorFact]
    public void Hashes_sixty_four_headers_that_clique_signers_sealed()
    {
        var chain = JsonNode.Parse(File.ReadAllText(Vectors.PathOf("consensus", "clique-chain-geth.json")))!;
        var parent = Array.Empty<byte>();
        foreach (var entry in chain["blocks"]!.AsArray())
        {
            var header = EthereumVectors.Header(entry!["block"]!);
            Assert.Equal(EthereumVectors.Bytes(entry["block"]!["hash"]), header.Hash);
            if (parent.Length > 0) Assert.Equal(parent, header.ParentHash);
            parent = header.Hash;
        }
    }

    [VectorFact]
    public void Reads_the_raw_header_that_a_client_gives()
    {
        var raw = EthereumVectors.Bytes(EthereumVectors.Rpc("debug_getRawHeader", "get-genesis.io"));
        var genesis = EthereumVectors.Rpc("eth_getBlockByNumber", "get-genesis.io")!;
        Assert.Equal(EthereumVectors.Bytes(genesis["hash"]), BlockHeader.Parse(raw).Hash);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(22)]
    public void Refuses_a_number_of_fields_that_no_fork_has(int count) =>
        Assert.Throws<FormatException>(() => BlockHeader.FromFields([.. Enumerable.Range(0, count).Select(static i => i < 21 ? SampleChain.HeaderFields()[i] : [])]));

    [Fact]
    public void Names_the_field_that_is_wrong()
    {
        foreach (var (index, value) in new (int, byte[])[] { (0, new byte[31]), (2, new byte[19]), (6, new byte[255]), (8, [0, 1]), (11, new byte[9]), (14, new byte[7]), (15, [0]) })
        {
            var fields = SampleChain.HeaderFields();
            fields[index] = value;
            Assert.Contains(BlockHeader.FieldNames[index], Assert.Throws<FormatException>(() => BlockHeader.FromFields(fields)).Message, StringComparison.Ordinal);
        }
    }
}

using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Chain;

namespace Evidence.Tests.Ledger;

public sealed class ReceiptTests
{
    [VectorFact]
    public void Builds_the_receipts_root_of_a_real_block_from_its_receipts_as_json()
    {
        var receipts = EthereumVectors.Rpc("eth_getBlockReceipts", "get-block-receipts-latest.io")!.AsArray().Select(static json => EthereumVectors.Receipt(json!).Encode()).ToList();
        var header = EthereumVectors.Header(EthereumVectors.Rpc("eth_getBlockByNumber", "get-latest.io")!);
        AssertProvesAll(receipts, header.ReceiptsRoot);
    }

    [VectorFact]
    public void Builds_the_receipts_root_of_a_real_block_from_its_raw_receipts()
    {
        var raw = EthereumVectors.Rpc("debug_getRawReceipts", "get-block-n.io")!.AsArray().Select(EthereumVectors.Bytes).ToList();
        var header = BlockHeader.Parse(EthereumVectors.Bytes(EthereumVectors.Rpc("debug_getRawHeader", "get-block-n.io")));
        Assert.All(raw, static receipt => Assert.Equal(receipt, Receipt.Parse(receipt).Encode()));
        AssertProvesAll(raw, header.ReceiptsRoot);
    }

    [VectorFact]
    public void Builds_the_receipts_roots_of_a_clique_chain_with_a_block_of_forty_receipts()
    {
        var chain = JsonNode.Parse(File.ReadAllText(Vectors.PathOf("consensus", "clique-chain-geth.json")))!;
        foreach (var entry in chain["blocks"]!.AsArray().Where(static entry => entry!["receipts"] is not null))
            AssertProvesAll([.. entry!["receipts"]!.AsArray().Select(static json => EthereumVectors.Receipt(json!).Encode())], EthereumVectors.Header(entry["block"]!).ReceiptsRoot);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Reads_back_receipts_of_every_type(byte type)
    {
        var receipt = SampleChain.Receipt(new LogEntry(SampleChain.Contract, [new byte[32]], [1, 2])) with { Type = type };
        var read = Receipt.Parse(receipt.Encode());
        Assert.Equal(type, read.Type);
        Assert.True(read.Succeeded);
        Assert.Equal(receipt.Encode(), read.Encode());
        Assert.Equal([1, 2], read.Logs.Single().Data);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00c0")]
    [InlineData("05c0")]
    [InlineData("7fc0")]
    [InlineData("c0")]
    [InlineData("80")]
    public void Refuses_what_is_not_a_receipt(string hex) => Assert.Throws<FormatException>(() => Receipt.Parse(Convert.FromHexString(hex)));

    [Fact]
    public void Refuses_a_status_that_is_neither_0_nor_1_nor_a_state_root()
    {
        foreach (var status in new byte[][] { [2], [1, 0], new byte[31] })
            Assert.Throws<FormatException>(() => Receipt.Parse((SampleChain.Receipt() with { StatusOrRoot = status }).Encode()));
        Assert.False(Receipt.Parse((SampleChain.Receipt() with { StatusOrRoot = new byte[32] }).Encode()).Succeeded);
        Assert.False(Receipt.Parse((SampleChain.Receipt() with { StatusOrRoot = [] }).Encode()).Succeeded);
    }

    [Fact]
    public void Reads_the_event_that_the_contract_writes_and_no_other()
    {
        var anchored = new AnchoredEvent(Digest.Of("log"u8), 1_000_000_007, Digest.Of("root"u8), 12);
        var entry = anchored.ToLogEntry(SampleChain.Contract);
        Assert.Equal(anchored, AnchoredEvent.TryParse(entry));
        Assert.Null(AnchoredEvent.TryParse(entry with { Topics = [.. entry.Topics.SkipLast(1)] }));
        Assert.Null(AnchoredEvent.TryParse(entry with { Topics = [.. entry.Topics, new byte[32]] }));
        Assert.Null(AnchoredEvent.TryParse(entry with { Topics = [new byte[32], .. entry.Topics.Skip(1)] }));
        Assert.Null(AnchoredEvent.TryParse(entry with { Data = [.. entry.Data, 0] }));
        Assert.Null(AnchoredEvent.TryParse(entry with { Topics = [entry.Topics[0], entry.Topics[1], [1, .. entry.Topics[2].Skip(1)]] }));
        Assert.Null(AnchoredEvent.TryParse(entry with { Data = [.. entry.Data.Take(32), 1, .. entry.Data.Skip(33)] }));
    }

    private static void AssertProvesAll(IReadOnlyList<byte[]> receipts, byte[] root)
    {
        var trie = ReceiptTrie.Build(receipts);
        Assert.Equal(root, trie.Root);
        for (var i = 0; i < receipts.Count; i++) Assert.Equal(receipts[i], TrieProof.Verify(root, ReceiptTrie.Key(i), trie.Proof(i)));
    }
}

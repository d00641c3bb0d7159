using System.Text.Json;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Ledger;
using Evidence.Ledger.Capture;

namespace Evidence.Tests.Ledger;

/// <summary>Exchanges that were recorded from a chain with a block at every fork.</summary>
public sealed class JsonRpcVectorTests
{
    [VectorTheory]
    [InlineData("get-block-london-fork", 16)]
    [InlineData("get-block-merge-fork", 16)]
    [InlineData("get-block-shanghai-fork", 17)]
    [InlineData("get-block-cancun-fork", 20)]
    [InlineData("get-block-prague-fork", 21)]
    [InlineData("get-genesis", 15)]
    [InlineData("get-latest", 21)]
    public void Rebuilds_the_header_of_every_fork(string exchange, int fields) =>
        Assert.Equal(fields, BlockJson.Header(Result("eth_getBlockByNumber", exchange), ConsensusNames.None).Fields.Count);

    [VectorFact]
    public void Rebuilds_the_header_that_the_server_itself_encodes() =>
        Assert.Equal(
            Result("debug_getRawHeader", "get-genesis").GetString(),
            "0x" + Convert.ToHexStringLower(BlockJson.Header(Result("eth_getBlockByNumber", "get-genesis"), ConsensusNames.None).Rlp.Span));

    [VectorFact]
    public void Rebuilds_the_receipts_root_of_a_block()
    {
        var header = BlockJson.Header(Result("eth_getBlockByNumber", "get-latest"), ConsensusNames.None);
        var receipts = Result("eth_getBlockReceipts", "get-block-receipts-latest").EnumerateArray().Select(receipt => ReceiptJson.Read(receipt).Encode());
        Assert.Equal(header.ReceiptsRoot, ReceiptTrie.Build([.. receipts]).Root);
    }

    [VectorFact]
    public void Rebuilds_the_transactions_of_a_block_and_holds_them_to_its_root()
    {
        var block = Result("eth_getBlockByNumber", "get-latest");
        var header = BlockJson.Header(block, ConsensusNames.None);
        Assert.Equal(block.GetProperty("transactions").EnumerateArray().Select(static transaction => transaction.GetProperty("hash").GetString()), BlockTransactions.Hashes(block, header));
        using var changed = JsonDocument.Parse(block.GetRawText().Replace("\"nonce\":\"0x", "\"nonce\":\"0x1", StringComparison.Ordinal));
        Assert.Throws<LedgerMismatchException>(() => BlockTransactions.Hashes(changed.RootElement, header));
    }

    [VectorFact]
    public void Rejects_a_header_with_a_changed_field()
    {
        var block = Result("eth_getBlockByNumber", "get-latest").GetRawText();
        var number = Result("eth_getBlockByNumber", "get-latest").GetProperty("gasUsed").GetString()!;
        using var changed = JsonDocument.Parse(block.Replace($"\"gasUsed\":\"{number}\"", "\"gasUsed\":\"0x1\"", StringComparison.Ordinal));
        Assert.Throws<LedgerMismatchException>(() => BlockJson.Header(changed.RootElement, ConsensusNames.None));
    }

    /// <summary>The result in a recorded exchange: the line that starts with &lt;&lt;.</summary>
    private static JsonElement Result(string method, string exchange)
    {
        var answer = File.ReadLines(Vectors.PathOf("ethereum", "rpc", method, exchange + ".io")).Single(line => line.StartsWith("<<", StringComparison.Ordinal));
        using var document = JsonDocument.Parse(answer[2..]);
        return document.RootElement.GetProperty("result").Clone();
    }
}

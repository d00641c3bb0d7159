using System.Text.Json;
using Evidence.Core.Chain;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Capture;

/// <summary>Fetches all receipts of a block and holds them to the receipts root of its header.</summary>
internal sealed class BlockReceipts(LedgerEndpoint endpoint, CancellationToken ct)
{
    /// <param name="header">The block's header, whose hash was checked.</param>
    /// <param name="blockHash">That hash.</param>
    /// <param name="transactions">Hashes of the block's transactions, in order.</param>
    /// <exception cref="LedgerMismatchException">The receipts do not make up the root.</exception>
    internal async Task<(IReadOnlyList<byte[]> Receipts, ReceiptTrie Trie)> FetchAsync(BlockHeader header, byte[] blockHash, IReadOnlyList<string> transactions)
    {
        var answers = await TogetherAsync(blockHash) ?? await OneByOneAsync(transactions);
        byte[][] receipts = [.. answers.Select(answer => ReceiptJson.Read(answer).Encode())];
        var trie = ReceiptTrie.Build(receipts);
        if (!trie.Root.AsSpan().SequenceEqual(header.ReceiptsRoot))
            throw new LedgerMismatchException($"the receipts root of block {header.Number}", Hex.Data(header.ReceiptsRoot), Hex.Data(trie.Root));
        return (receipts, trie);
    }

    /// <summary>Null where the server does not answer this method.</summary>
    private async Task<IReadOnlyList<JsonElement>?> TogetherAsync(byte[] blockHash)
    {
        try
        {
            var answer = await endpoint.CallAsync("eth_getBlockReceipts", ct, Hex.Data(blockHash));
            return answer.ValueKind == JsonValueKind.Array ? [.. answer.EnumerateArray()] : null;
        }
        catch (RpcErrorException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<JsonElement>> OneByOneAsync(IReadOnlyList<string> transactions)
    {
        List<JsonElement> receipts = [];
        foreach (var hash in transactions)
        {
            var receipt = await endpoint.CallAsync("eth_getTransactionReceipt", ct, hash);
            receipts.Add(!receipt.IsNull ? receipt : throw new SilentEndpointException($"the receipt of {hash} is not there"));
        }
        return receipts;
    }
}

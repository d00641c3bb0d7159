using System.Text.Json;
using Evidence.Core.Chain;
using Evidence.Core.Crypto;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Capture;

/// <summary>Which transactions a block holds.</summary>
internal static class BlockTransactions
{
    /// <summary>
    /// Their hashes in order, hex with 0x. Where the endpoint gives the transactions and not only their hashes, they are held to the header's transactions
    /// root: a receipt does not name its transaction, so nothing else proves which it is.
    /// </summary>
    /// <param name="block">The JSON-RPC block object.</param>
    /// <param name="header">The block's header, whose hash was checked.</param>
    /// <exception cref="LedgerMismatchException">The transactions do not make up the root.</exception>
    internal static IReadOnlyList<string> Hashes(JsonElement block, BlockHeader header)
    {
        var items = block.Items("transactions");
        if (items.Count > 0 && items.All(static item => item.ValueKind == JsonValueKind.String)) return [.. items.Select(static item => item.AsText("transaction hash"))];
        var encoded = new List<byte[]>();
        foreach (var item in items)
        {
            if (TransactionJson.Encode(item) is not { } transaction) return [.. items.Select(static other => other.Text("hash"))];
            encoded.Add(transaction);
        }

        // The trie is built as the one over the receipts is.
        var root = ReceiptTrie.Build(encoded).Root;
        return root.AsSpan().SequenceEqual(header.TransactionsRoot)
            ? [.. encoded.Select(static transaction => Hex.Data(Keccak256.Hash(transaction)))]
            : throw new LedgerMismatchException($"the transactions of block {header.Number}", $"the root {Hex.Data(header.TransactionsRoot)}", Hex.Data(root));
    }
}

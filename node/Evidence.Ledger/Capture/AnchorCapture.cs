using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Verification;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Capture;

/// <summary>
/// Captures what an offline verifier needs of the block that holds an anchor. The endpoint is not believed: the header must hash to
/// the block's hash, the receipts to the header's receipts root, and the receipt must hold the event of the pinned contract.
/// </summary>
internal sealed class AnchorCapture(LedgerEndpoint endpoint, string contract, CancellationToken ct)
{
    /// <param name="blockHash">Hash of the block, hex with 0x.</param>
    /// <param name="transaction">Hash of the anchoring transaction, hex with 0x.</param>
    /// <param name="logId">The log.</param>
    /// <param name="checkpoint">The log's checkpoint of the size that was anchored.</param>
    /// <exception cref="LedgerMismatchException">Something does not add up.</exception>
    internal async Task<AnchorProof> RunAsync(string blockHash, string transaction, Digest logId, string checkpoint)
    {
        var block = await endpoint.CallAsync("eth_getBlockByHash", ct, blockHash, false);
        if (block.IsNull) throw new SilentEndpointException($"block {blockHash} is not there, perhaps since the chain was reorganised");
        var header = BlockJson.Header(block);
        if (!IsSame(blockHash, Hex.Data(header.Hash)))
            throw new LedgerMismatchException("the block that was asked for by its hash", blockHash, Hex.Data(header.Hash));

        string[] transactions = [.. block.Items("transactions").Select(item => item.AsText("transaction hash"))];
        var index = Array.FindIndex(transactions, hash => IsSame(hash, transaction));
        if (index < 0)
            throw new LedgerMismatchException($"the transactions of block {header.Number}", $"{transaction} among them", $"{transactions.Length} others");

        var (receipts, trie) = await new BlockReceipts(endpoint, ct).FetchAsync(header, transactions);
        if (receipts.Count != transactions.Length)
            throw new LedgerMismatchException($"the transactions of block {header.Number}", $"{receipts.Count}, one for each receipt", $"{transactions.Length}");
        var anchored = Event(Receipt.Parse(receipts[index]), logId, transaction);
        return Checked(new AnchorProof(
            endpoint.ChainId, contract.ToLowerInvariant(), logId, anchored.Size, anchored.Root, checkpoint, header.Number, header.Hash,
            header.Rlp.ToArray(), Hex.ParseData(transaction, 32), index, receipts[index], trie.Proof(index), []));
    }

    private AnchoredEvent Event(Receipt receipt, Digest logId, string transaction)
    {
        var address = AccountAddress.Parse(contract);
        return receipt.Logs.Where(log => log.Address.AsSpan().SequenceEqual(address)).Select(AnchoredEvent.TryParse)
                .FirstOrDefault(found => found?.LogId == logId)
            ?? throw new LedgerMismatchException($"the events of transaction {transaction}", $"an anchor of log {logId} by {contract}", "none");
    }

    /// <summary>The verifier that a court will use judges the proof before it is kept.</summary>
    private static AnchorProof Checked(AnchorProof proof)
    {
        var faults = AnchorProofVerifier.CheckForm(proof).Findings.Where(finding => finding.Severity != Severity.Info).ToList();
        return faults.Count == 0
            ? proof
            : throw new LedgerMismatchException(
                $"the proof of the anchor of {proof.Size} leaves", "one that verifies", string.Join(" ", faults.Select(fault => $"{fault.Code}: {fault.Message}")));
    }

    private static bool IsSame(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}

using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Verification;
using Evidence.Ledger.Rpc;
using Evidence.Ledger.Transactions;

namespace Evidence.Ledger.Capture;

/// <summary>
/// Captures what an offline verifier needs of the block that holds an anchor. The endpoint is not believed: the header must have the block's hash, the
/// transactions and receipts must make up the header's roots, the receipt must hold the event of the pinned contract, and the validators whom trust.json
/// names must have sealed it.
/// </summary>
internal sealed class AnchorCapture(LedgerEndpoint endpoint, LedgerOptions options, string contract, CancellationToken ct)
{
    /// <param name="blockHash">Hash of the block, hex with 0x.</param>
    /// <param name="transaction">Hash of the anchoring transaction, hex with 0x.</param>
    /// <param name="logId">The log.</param>
    /// <param name="checkpoint">The log's checkpoint of the size that was anchored.</param>
    /// <exception cref="LedgerMismatchException">Something does not add up.</exception>
    /// <exception cref="NotFinalException">The chain may still drop the block, or has dropped it.</exception>
    internal async Task<AnchorProof> RunAsync(string blockHash, string transaction, Digest logId, string checkpoint)
    {
        var block = await endpoint.CallAsync("eth_getBlockByHash", ct, blockHash, true);
        if (block.IsNull) throw new NotFinalException($"block {blockHash} is not there, perhaps since the chain was reorganised");
        var header = BlockJson.Header(block, options.Consensus);
        var hash = BlockHash.Of(header, options.Consensus);
        if (!IsSame(blockHash, Hex.Data(hash)))
            throw new LedgerMismatchException("the block that was asked for by its hash", blockHash, Hex.Data(hash));

        string[] transactions = [.. BlockTransactions.Hashes(block, header)];
        var index = Array.FindIndex(transactions, hash => IsSame(hash, transaction));
        if (index < 0)
            throw new LedgerMismatchException($"the transactions of block {header.Number}", $"{transaction} among them", $"{transactions.Length} others");

        var (receipts, trie) = await new BlockReceipts(endpoint, ct).FetchAsync(header, hash, transactions);
        if (receipts.Count != transactions.Length)
            throw new LedgerMismatchException($"the transactions of block {header.Number}", $"{receipts.Count}, one for each receipt", $"{transactions.Length}");
        var receipt = Receipt.Parse(receipts[index]);
        if (!receipt.Succeeded) throw await FailedTransaction.ExplainAsync(endpoint, transaction, Hex.Quantity(header.Number), ct);
        var anchored = Event(receipt, logId, transaction);
        return await FinalAsync(new AnchorProof(
            endpoint.ChainId, contract.ToLowerInvariant(), logId, anchored.Size, anchored.Root, checkpoint, header.Number, hash,
            header.Rlp.ToArray(), Hex.ParseData(transaction, 32), index, receipts[index], trie.Proof(index), []));
    }

    private AnchoredEvent Event(Receipt receipt, Digest logId, string transaction)
    {
        var address = AccountAddress.Parse(contract);
        return receipt.Logs.Where(log => log.Address.AsSpan().SequenceEqual(address)).Select(AnchoredEvent.TryParse)
                .FirstOrDefault(found => found?.LogId == logId)
            ?? throw new LedgerMismatchException($"the events of transaction {transaction}", $"an anchor of log {logId} by {contract}", "none");
    }

    /// <summary>Adds headers until the chain stands by the block. The verifier that a court will use judges the proof before it is kept.</summary>
    private async Task<AnchorProof> FinalAsync(AnchorProof proof)
    {
        var last = BlockHash.Of(BlockHeader.Parse(proof.Header), options.Consensus);
        for (var number = proof.BlockNumber; ; number++)
        {
            var faults = Faults(proof);
            if (faults.Count == 0) return proof;
            if (options.Consensus != ConsensusNames.Clique || faults.Any(static fault => fault.Code != FindingCodes.ValidatorSealsMissing))
                throw new LedgerMismatchException($"the proof of the anchor of {proof.Size} leaves", "one that verifies", string.Join(" ", faults.Select(Text)));
            var next = await NextAsync(number + 1, last);
            proof = proof with { FollowingHeaders = [.. proof.FollowingHeaders, next.Rlp.ToArray()] };
            last = next.Hash;
        }
    }

    private List<Finding> Faults(AnchorProof proof)
    {
        var check = options.Trusted is { } trusted ? AnchorProofVerifier.CheckSeals(proof, trusted) : AnchorProofVerifier.CheckForm(proof);
        return [.. check.Findings.Where(static finding => finding.Severity != Severity.Info)];
    }

    private async Task<BlockHeader> NextAsync(ulong number, byte[] parent)
    {
        var block = await endpoint.CallAsync("eth_getBlockByNumber", ct, Hex.Quantity(number), false);
        if (block.IsNull) throw new NotFinalException($"block {number} is not there yet, and the anchor stands only when more than half of the signers have built on its block");
        var header = BlockJson.Header(block, options.Consensus);
        if (header.Number != number) throw new LedgerMismatchException("the block that was asked for by its height", $"{number}", $"{header.Number}");
        return header.ParentHash.AsSpan().SequenceEqual(parent)
            ? header
            : throw new NotFinalException($"block {number} follows {Hex.Data(header.ParentHash)}: the chain was reorganised");
    }

    private static string Text(Finding fault) => $"{fault.Code}: {fault.Subject}: {fault.Message}";

    private static bool IsSame(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}

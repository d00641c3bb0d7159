using Evidence.Ledger.Contract;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Transactions;

/// <summary>Finds out why a transaction that is in a block did not succeed.</summary>
internal static class FailedTransaction
{
    /// <summary>A receipt does not hold the reason. The same call, made on the state that the block left, most often still fails for it.</summary>
    internal static async Task<LedgerRejectedException> ExplainAsync(LedgerEndpoint endpoint, string hash, string blockNumber, CancellationToken ct)
    {
        var transaction = await endpoint.CallAsync("eth_getTransactionByHash", ct, hash);
        var call = CallObject.Of(transaction.Text("to"), transaction.Bytes("input"));
        call["from"] = transaction.Text("from");
        try
        {
            await endpoint.CallAsync("eth_call", ct, call, blockNumber);
        }
        catch (RpcErrorException e)
        {
            return Revert.Explain(e);
        }
        return new LedgerRejectedException($"Transaction {hash} failed in block {Hex.ParseQuantity(blockNumber)}; the same call would succeed after it.");
    }
}

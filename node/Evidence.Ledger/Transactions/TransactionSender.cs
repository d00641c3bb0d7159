using System.Numerics;
using Evidence.Ledger.Contract;
using Evidence.Ledger.Rpc;
using Microsoft.Extensions.Logging;

namespace Evidence.Ledger.Transactions;

/// <summary>
/// Signs transactions and hands them in. A transaction is signed once, and its bytes are what is repeated, to the same endpoint or to
/// another: the chain takes one transaction for a nonce, so a repetition never becomes a second transaction. When an attempt ended
/// without an answer, the next attempt at the same call hands in the same bytes.
/// </summary>
internal sealed class TransactionSender(EndpointPool pool, LedgerOptions options, ILogger logger)
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<string, Sent> _open = [];

    /// <summary>Hands in a call (or a deployment, when <paramref name="to"/> is empty) and returns what was handed in.</summary>
    /// <exception cref="LedgerRejectedException">The call would revert; the contract's error is named.</exception>
    internal async Task<SignedTransaction> SendAsync(OperatorKey key, byte[] to, byte[] data, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (await ResendAsync(key, to, data, ct) is { } earlier) return earlier;
            var signed = await pool.RunAsync(endpoint => PrepareAsync(endpoint, key, to, data, ct), ct);
            // Remembered before it leaves: were the answer lost, the next attempt hands in these same bytes.
            _open[key.Address] = new Sent(to, data, signed);
            await HandInAsync(key, signed, ct);
            return signed;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The transaction is in a block: the same call, if it is made again, is meant as another one.</summary>
    internal async Task SettleAsync(byte[] hash, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        foreach (var (address, _) in _open.Where(entry => entry.Value.Transaction.Hash.AsSpan().SequenceEqual(hash)).ToList()) _open.Remove(address);
        _one.Release();
    }

    /// <summary>The transaction of an earlier attempt at the same call, if the chain has it or can still take it; else null.</summary>
    private async Task<SignedTransaction?> ResendAsync(OperatorKey key, byte[] to, byte[] data, CancellationToken ct)
    {
        if (!_open.TryGetValue(key.Address, out var earlier) || !earlier.IsSameCall(to, data)) return null;
        var transaction = earlier.Transaction;
        var fate = await pool.RunAsync(endpoint => FateAsync(endpoint, key, transaction, ct), ct);
        if (fate == Fate.Succeeded) return transaction;
        if (fate == Fate.Over) return null;
        LedgerLogMessages.TransactionResent(logger, Hex.Data(transaction.Hash), transaction.Nonce);
        await HandInAsync(key, transaction, ct);
        return transaction;
    }

    /// <summary>
    /// A nonce below the mined ones has gone to another transaction; one above the pending ones would wait for ever, because the chain was set back.
    /// </summary>
    private static async Task<Fate> FateAsync(LedgerEndpoint endpoint, OperatorKey key, SignedTransaction sent, CancellationToken ct)
    {
        var receipt = await endpoint.CallAsync("eth_getTransactionReceipt", ct, Hex.Data(sent.Hash));
        if (!receipt.IsNull) return receipt.Quantity("status") == 1 ? Fate.Succeeded : Fate.Over;
        return sent.Nonce >= await NonceAsync(endpoint, key, "latest", ct) && sent.Nonce <= await NonceAsync(endpoint, key, "pending", ct)
            ? Fate.Open
            : Fate.Over;
    }

    private async Task<SignedTransaction> PrepareAsync(LedgerEndpoint endpoint, OperatorKey key, byte[] to, byte[] data, CancellationToken ct)
    {
        var gas = await EstimateAsync(endpoint, key, to, data, ct);
        var nonce = await NonceAsync(endpoint, key, "pending", ct);
        var head = await endpoint.CallAsync("eth_getBlockByNumber", ct, "latest", false);
        BigInteger? baseFee = head.Field("baseFeePerGas") is { } fee
            ? new BigInteger(Hex.ParseInteger(fee.AsText("baseFeePerGas")), isUnsigned: true, isBigEndian: true)
            : null;
        // A quarter more than estimated: the state may have moved on by the time that the transaction is mined.
        return new Transaction(endpoint.ChainId, nonce, to, data, gas + gas / 4, GasFee.For(options.GasPrice, baseFee)).Sign(key);
    }

    private static async Task<ulong> EstimateAsync(LedgerEndpoint endpoint, OperatorKey key, byte[] to, byte[] data, CancellationToken ct)
    {
        try
        {
            return Hex.ParseQuantity((await endpoint.CallAsync("eth_estimateGas", ct, CallObject.Of(key, to, data))).AsText("gas"));
        }
        catch (RpcErrorException e)
        {
            throw Revert.Explain(e);
        }
    }

    private static async Task<ulong> NonceAsync(LedgerEndpoint endpoint, OperatorKey key, string block, CancellationToken ct) =>
        Hex.ParseQuantity((await endpoint.CallAsync("eth_getTransactionCount", ct, key.Address, block)).AsText("nonce"));

    private async Task HandInAsync(OperatorKey key, SignedTransaction transaction, CancellationToken ct)
    {
        await pool.RunAsync(endpoint => HandInAsync(endpoint, transaction, ct), ct);
        LedgerLogMessages.TransactionSent(logger, Hex.Data(transaction.Hash), key.Address, transaction.Nonce);
    }

    private static async Task<bool> HandInAsync(LedgerEndpoint endpoint, SignedTransaction transaction, CancellationToken ct)
    {
        try
        {
            var hash = (await endpoint.CallAsync("eth_sendRawTransaction", ct, Hex.Data(transaction.Raw))).AsText("transaction hash");
            if (!string.Equals(hash, Hex.Data(transaction.Hash), StringComparison.OrdinalIgnoreCase))
                throw new LedgerMismatchException("the hash of the transaction that was handed in", Hex.Data(transaction.Hash), hash);
            return true;
        }
        catch (RpcErrorException e) when (e.Says("already known", "already imported", "known transaction", "nonce too low"))
        {
            // Either this very transaction is known to the chain, or its nonce has gone to another one, and it can never be mined.
            if (!(await endpoint.CallAsync("eth_getTransactionByHash", ct, Hex.Data(transaction.Hash))).IsNull) return true;
            throw new LedgerRejectedException(
                $"Nonce {transaction.Nonce} has gone to another transaction of the same key; the call was not carried out and may be made again.");
        }
        catch (RpcErrorException e)
        {
            throw Revert.Explain(e);
        }
    }

    private enum Fate { Open, Succeeded, Over }

    private sealed record Sent(byte[] To, byte[] Data, SignedTransaction Transaction)
    {
        internal bool IsSameCall(byte[] to, byte[] data) => To.AsSpan().SequenceEqual(to) && Data.AsSpan().SequenceEqual(data);
    }
}

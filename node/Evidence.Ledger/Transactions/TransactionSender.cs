using System.Numerics;
using System.Text.Json.Nodes;
using Evidence.Ledger.Contract;
using Evidence.Ledger.Rpc;
using Microsoft.Extensions.Logging;

namespace Evidence.Ledger.Transactions;

/// <summary>
/// Signs transactions and hands them in. A transaction is signed once, and its bytes are what is repeated, to all endpoints: the chain takes
/// one transaction for a nonce, so a repetition never becomes a second transaction. Nonces follow from what the chain holds, not from what an endpoint has
/// pending; so one that waits for ever, or is left from before a restart, is replaced at its nonce and for a higher fee.
/// </summary>
internal sealed class TransactionSender(EndpointPool pool, LedgerOptions options, TimeProvider time, ILogger logger)
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly OpenTransactions _open = new();

    /// <summary>Hands in a call (or a deployment, when <paramref name="to"/> is empty) and returns what was handed in.</summary>
    /// <exception cref="LedgerRejectedException">The call would revert, and the contract's error is named; or each endpoint refuses.</exception>
    internal async Task<SignedTransaction> SendAsync(OperatorKey key, byte[] to, byte[] data, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            await pool.PreferNewestAsync(ct);
            if (await ResendAsync(key, to, data, ct) is { } earlier) return earlier;
            while (true)
            {
                var (draft, replaced, mined) = await pool.RunAsync(endpoint => PrepareAsync(endpoint, key, to, data, ct), ct);
                if (await RepeatBelowAsync(_open.Below(key.Address, mined, draft.Nonce), ct)) return await SendAsync(key, draft, replaced, ct);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Hands in the same bytes again, if the transaction is open: the endpoint that took it may have lost it, and may be gone.</summary>
    internal async Task RepeatAsync(byte[] hash, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_open.Find(hash) is { } open) await HandInEverywhereAsync(open.Signed, ct);
        }
        catch (Exception e) when (e is LedgerRejectedException or UnderpricedException)
        {
            // Its nonce has gone, or is about to go, to another transaction. Whoever waits for this one will find that out from the chain.
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The chain holds the transaction for good: the same call, if it is made again, is meant as another one.</summary>
    internal async Task SettleAsync(byte[] hash, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        if (_open.Find(hash) is { } open) _open.Remove(open);
        _one.Release();
    }

    /// <summary>Hands in again what has lower nonces: had it never arrived anywhere, the next one would wait behind the gap for ever.</summary>
    /// <returns>False if one of them is refused everywhere and forgotten, so that the next nonce is another one.</returns>
    private async Task<bool> RepeatBelowAsync(IReadOnlyList<OpenTransaction> below, CancellationToken ct)
    {
        foreach (var open in below)
        {
            try
            {
                await HandInEverywhereAsync(open.Signed, ct);
            }
            catch (UnderpricedException)
            {
                // Another transaction fills the gap.
            }
            catch (LedgerRejectedException)
            {
                _open.Remove(open);
                return false;
            }
        }

        return true;
    }

    /// <summary>The transaction of an earlier attempt at the same call, if the chain has it or can still take it; else null.</summary>
    private async Task<SignedTransaction?> ResendAsync(OperatorKey key, byte[] to, byte[] data, CancellationToken ct)
    {
        if (_open.Find(key.Address, to, data) is not { } earlier) return null;
        var fate = await pool.RunAsync(endpoint => FateAsync(endpoint, key, earlier.Signed, ct), ct);
        if (fate == Fate.Succeeded) return earlier.Signed;
        if (fate == Fate.Over)
        {
            _open.Remove(earlier);
            return null;
        }

        LedgerLogMessages.TransactionResent(logger, Hex.Data(earlier.Signed.Hash), earlier.Signed.Nonce);
        if (time.GetElapsedTime(earlier.At) >= options.ReceiptTimeout && earlier.Raises < GasFee.Raises) return await SendAsync(key, earlier.Draft with { Fee = earlier.Draft.Fee.Raised }, earlier, ct);
        try
        {
            await HandInEverywhereAsync(earlier.Signed, ct);
            return earlier.Signed;
        }
        catch (UnderpricedException)
        {
            return await SendAsync(key, earlier.Draft with { Fee = earlier.Draft.Fee.Raised }, earlier, ct);
        }
    }

    /// <summary>A nonce below the mined ones has gone to another transaction; one above all that are mined or open would wait for ever, because the chain was set back.</summary>
    private async Task<Fate> FateAsync(LedgerEndpoint endpoint, OperatorKey key, SignedTransaction sent, CancellationToken ct)
    {
        var receipt = await endpoint.CallAsync("eth_getTransactionReceipt", ct, Hex.Data(sent.Hash));
        if (!receipt.IsNull) return receipt.Quantity("status") == 1 ? Fate.Succeeded : Fate.Over;
        var mined = await NonceAsync(endpoint, key, ct);
        return sent.Nonce >= mined && sent.Nonce <= _open.Place(key.Address, [], [], mined).Nonce ? Fate.Open : Fate.Over;
    }

    private async Task<(Transaction Draft, OpenTransaction? Replaced, ulong Mined)> PrepareAsync(LedgerEndpoint endpoint, OperatorKey key, byte[] to, byte[] data, CancellationToken ct)
    {
        var gas = await EstimateAsync(endpoint, key, to, data, ct);
        var mined = await NonceAsync(endpoint, key, ct);
        _open.Settle(key.Address, mined, open => time.GetElapsedTime(open.At) > options.ReceiptTimeout + options.FinalityTimeout);
        var (nonce, replaced) = _open.Place(key.Address, to, data, mined);
        var head = await endpoint.CallAsync("eth_getBlockByNumber", ct, "latest", false);
        BigInteger? baseFee = head.Field("baseFeePerGas") is { } fee
            ? new BigInteger(Hex.ParseInteger(fee.AsText("baseFeePerGas")), isUnsigned: true, isBigEndian: true)
            : null;
        var offer = GasFee.For(options.GasPrice, baseFee);
        // A quarter more gas than estimated: the state may have moved on by the time that the transaction is mined.
        return (new Transaction(endpoint.ChainId, nonce, to, data, gas + gas / 4, replaced is null ? offer : offer.Over(replaced.Draft.Fee.Raised)), replaced, mined);
    }

    private static async Task<ulong> EstimateAsync(LedgerEndpoint endpoint, OperatorKey key, byte[] to, byte[] data, CancellationToken ct)
    {
        var call = CallObject.Of(key, to, data);
        try
        {
            return Hex.ParseQuantity((await endpoint.CallAsync("eth_estimateGas", ct, call)).AsText("gas"));
        }
        catch (RpcErrorException e) when (!e.IsTrouble)
        {
            return await EstimateOnNewestAsync(endpoint, call.DeepClone(), ct) ?? throw Refusal(e);
        }
    }

    /// <summary>Most servers estimate on top of what is pending, and there a call that is to replace a pending one comes too late. Null where it is refused all the same.</summary>
    private static async Task<ulong?> EstimateOnNewestAsync(LedgerEndpoint endpoint, JsonNode call, CancellationToken ct)
    {
        try
        {
            return Hex.ParseQuantity((await endpoint.CallAsync("eth_estimateGas", ct, call, "latest")).AsText("gas"));
        }
        catch (RpcErrorException)
        {
            return null;
        }
    }

    private static async Task<ulong> NonceAsync(LedgerEndpoint endpoint, OperatorKey key, CancellationToken ct) =>
        Hex.ParseQuantity((await endpoint.CallAsync("eth_getTransactionCount", ct, key.Address, "latest")).AsText("nonce"));

    /// <summary>Hands in a new transaction; where an endpoint holds another for the nonce, for more and more, as far as <see cref="GasFee.Raises"/> allows.</summary>
    private async Task<SignedTransaction> SendAsync(OperatorKey key, Transaction draft, OpenTransaction? replaced, CancellationToken ct)
    {
        if (replaced is { Raises: >= GasFee.Raises }) throw await StillPendingAsync(key, replaced, "its fee was raised as often as it may be", ct);
        var before = replaced is null ? 0 : replaced.Raises + 1;
        for (var raises = 0; ; raises++)
        {
            var open = new OpenTransaction(draft, draft.Sign(key), time.GetTimestamp(), before + raises);
            // Remembered before it leaves: were the answer lost, the next attempt hands in these same bytes.
            _open.Add(key.Address, open);
            try
            {
                await HandInAsync(key, open.Signed, ct);
                if (replaced is not null) LedgerLogMessages.TransactionReplaced(logger, Hex.Data(replaced.Signed.Hash), Hex.Data(open.Signed.Hash), open.Signed.Nonce);
                return open.Signed;
            }
            catch (UnderpricedException) when (raises <= GasFee.Raises)
            {
                draft = draft with { Fee = draft.Fee.Raised };
            }
            catch (Exception e) when (e is UnderpricedException or LedgerRejectedException)
            {
                // Refused, so its nonce is free: were it kept, the next call of the key would wait behind it for ever.
                _open.Remove(open);
                if (replaced is not null) throw await StillPendingAsync(key, replaced, e.Message, ct);
                if (e is LedgerRejectedException && raises == 0) throw;
                throw new LedgerPendingException(Hex.Data(open.Signed.Hash), TimeSpan.Zero, $"another transaction waits at its nonce and is not to be outbid: {e.Message}");
            }
        }
    }

    /// <summary>The transaction that waits is not to be replaced, as where its sender has nothing to pay with: it is handed in once more and waited for.</summary>
    private async Task<LedgerPendingException> StillPendingAsync(OperatorKey key, OpenTransaction open, string reason, CancellationToken ct)
    {
        _open.Add(key.Address, open);
        try
        {
            await HandInEverywhereAsync(open.Signed, ct);
        }
        catch (Exception e) when (e is LedgerRejectedException or UnderpricedException)
        {
            reason = $"{reason}; and its own bytes are not taken again: {e.Message}";
        }

        return new LedgerPendingException(Hex.Data(open.Signed.Hash), time.GetElapsedTime(open.At), $"no block holds it, and it was not replaced: {reason}");
    }

    private async Task HandInAsync(OperatorKey key, SignedTransaction transaction, CancellationToken ct)
    {
        await pool.RunAsync(endpoint => HandInAsync(endpoint, transaction, ct), ct);
        LedgerLogMessages.TransactionSent(logger, Hex.Data(transaction.Hash), key.Address, transaction.Nonce);
    }

    /// <summary>Hands in to every endpoint what was handed in before: one that has it may be cut off from the chain.</summary>
    /// <exception cref="UnderpricedException">No endpoint took it, and one holds another for its nonce.</exception>
    private async Task HandInEverywhereAsync(SignedTransaction transaction, CancellationToken ct)
    {
        var outbid = await pool.AllAsync(endpoint => OutbidAsync(endpoint, transaction, ct), static outbid => outbid.Any(static by => by is null), ct);
        if (outbid.All(static by => by is not null)) throw outbid[0]!;
    }

    /// <returns>Null if the endpoint took it.</returns>
    private static async Task<UnderpricedException?> OutbidAsync(LedgerEndpoint endpoint, SignedTransaction transaction, CancellationToken ct)
    {
        try
        {
            await HandInAsync(endpoint, transaction, ct);
            return null;
        }
        catch (UnderpricedException e)
        {
            return e;
        }
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
        catch (RpcErrorException e) when (e.Says("already in the txpool"))
        {
            return true; // this very transaction waits there, although some do not show it by its hash
        }
        catch (RpcErrorException e) when (e.Says("already known", "already imported", "known transaction", "nonce too low", "nonce is too low", "underpriced", "replacement"))
        {
            // Either this very transaction is known to the chain, or its nonce has gone to another one.
            if (!(await endpoint.CallAsync("eth_getTransactionByHash", ct, Hex.Data(transaction.Hash))).IsNull) return true;
            if (e.Says("underpriced", "replacement")) throw new UnderpricedException(e.ServerMessage);
            throw new RefusedException($"nonce {transaction.Nonce} has gone to another transaction of the same key; the call was not carried out and may be made again");
        }
        catch (RpcErrorException e) when (!e.IsTrouble)
        {
            throw Refusal(e);
        }
    }

    /// <summary>Whether the contract refused can be seen; else the endpoint may refuse by rules of its own, and the next one may not.</summary>
    private static Exception Refusal(RpcErrorException e) => Revert.Decode(e) as Exception ?? new RefusedException(e.ServerMessage);

    private enum Fate { Open, Succeeded, Over }
}

/// <summary>An endpoint holds another transaction for the nonce, and this one does not pay enough to take its place.</summary>
internal sealed class UnderpricedException(string message) : Exception(message);

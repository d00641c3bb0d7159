using System.Text.Json;
using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Crypto;
using Evidence.Ledger.Abi;
using Evidence.Ledger.Capture;
using Evidence.Ledger.Contract;
using Evidence.Ledger.Rpc;
using Evidence.Ledger.Transactions;
using Microsoft.Extensions.Logging;

namespace Evidence.Ledger;

/// <summary>
/// Speaks to an EVM chain over JSON-RPC. Safe for concurrent use. Every endpoint must show the pinned chain id, genesis and contract before
/// it is asked anything else, and what it answers is checked wherever it can be proven.
/// </summary>
public sealed class LedgerClient : ILedger
{
    private readonly LedgerOptions _options;
    private readonly TimeProvider _time;
    private readonly EndpointPool _pool;
    private readonly TransactionSender _sender;

    /// <summary>Nothing is sent before the first call.</summary>
    /// <param name="options">The endpoints and the pinned identity.</param>
    /// <param name="http">Sends the requests; its own timeout should not be shorter than that of the options.</param>
    /// <param name="time">Clock of the timeouts and pauses.</param>
    /// <param name="logger">Hears of silent and false endpoints.</param>
    /// <exception cref="ArgumentException">No endpoint is given.</exception>
    /// <exception cref="FormatException">The contract's address is malformed.</exception>
    public LedgerClient(LedgerOptions options, HttpClient http, TimeProvider time, ILogger<LedgerClient> logger)
    {
        if (options.Contract is { } contract) AccountAddress.Parse(contract);
        _options = options;
        _time = time;
        _pool = new EndpointPool(options, http, time, logger);
        _sender = new TransactionSender(_pool, options, logger);
    }

    private string Contract => _options.Contract ?? throw new InvalidOperationException("No contract address is configured.");

    /// <inheritdoc/>
    public Task<LedgerStatus> StatusAsync(CancellationToken ct) => _pool.RunAsync(
        async endpoint =>
        {
            var block = await endpoint.CallAsync("eth_getBlockByNumber", ct, "latest", false);
            return new LedgerStatus(
                endpoint.Url, endpoint.ChainId, endpoint.Genesis, block.Quantity("number"), block.Text("hash"), BlockTime.Of(block.Quantity("timestamp")));
        },
        ct);

    /// <inheritdoc/>
    public Task<LedgerLog?> LogInfoAsync(Digest logId, CancellationToken ct) =>
        ViewAsync(AnchorContract.LogInfo(logId), result => ConsortiumContract.ReadLog(result.At(0)), ct);

    /// <inheritdoc/>
    public Task<ulong> AnchorCountAsync(Digest logId, CancellationToken ct) =>
        ViewAsync(AnchorContract.AnchorCount(logId), result => result.Uint64(0), ct);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LedgerAnchor>> AnchorsAsync(Digest logId, ulong from, int count, CancellationToken ct)
    {
        List<LedgerAnchor> anchors = [];
        while (anchors.Count < count)
        {
            var atMost = Math.Min(count - anchors.Count, AnchorContract.MaxPage);
            var call = AnchorContract.Anchors(logId, from + (ulong)anchors.Count, atMost);
            var page = await ViewAsync(call, result => AnchorContract.ReadAnchors(result, atMost), ct);
            anchors.AddRange(page);
            if (page.Count < atMost) break;
        }
        return anchors;
    }

    /// <inheritdoc/>
    public Task<LedgerAnchor?> LatestAsync(Digest logId, CancellationToken ct) =>
        ViewAsync(AnchorContract.Latest(logId), result => AnchorContract.ReadAnchor(result) is { Size: > 0 } anchor ? anchor : null, ct);

    /// <inheritdoc/>
    public async Task<string> SubmitAnchorAsync(
        OperatorKey key, Digest logId, ulong size, Digest root, IReadOnlyList<Digest> proof, CancellationToken ct)
    {
        var sent = await _sender.SendAsync(key, AccountAddress.Parse(Contract), AnchorContract.Anchor(logId, size, root, proof), ct);
        return Hex.Data(sent.Hash);
    }

    /// <inheritdoc/>
    public async Task<AnchorProof> CaptureAsync(string transactionHash, Digest logId, string checkpoint, CancellationToken ct)
    {
        var receipt = await ReceiptAsync(transactionHash, ct);
        return await _pool.RunAsync(
            endpoint => new AnchorCapture(endpoint, Contract, ct).RunAsync(receipt.Text("blockHash"), transactionHash, logId, checkpoint), ct);
    }

    /// <inheritdoc/>
    public async Task<AnchorProof?> CaptureBySizeAsync(Digest logId, ulong size, string checkpoint, CancellationToken ct)
    {
        if (await FindAsync(logId, size, ct) is not { } anchor) return null;
        var filter = AnchorFilter.Of(Contract, logId, size, anchor.BlockNumber);
        return await _pool.RunAsync(
            async endpoint =>
            {
                var events = await endpoint.CallAsync("eth_getLogs", ct, filter);
                if (events.ValueKind != JsonValueKind.Array || events.GetArrayLength() != 1)
                    throw new LedgerMismatchException($"the events of block {anchor.BlockNumber}", $"one anchor of {size} leaves, as the contract says", "another number");
                return await new AnchorCapture(endpoint, Contract, ct).RunAsync(events[0].Text("blockHash"), events[0].Text("transactionHash"), logId, checkpoint);
            },
            ct);
    }

    /// <inheritdoc/>
    public async Task<string> AttestAsync(OperatorKey replica, Digest logId, ulong size, Digest root, CancellationToken ct) =>
        (await TransactAsync(replica, AnchorContract.Attest(logId, size, root), ct)).Hash;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LedgerAttestation>> AttestationsAsync(Digest logId, CancellationToken ct)
    {
        List<LedgerAttestation> all = [];
        IReadOnlyList<LedgerAttestation> page;
        do all.AddRange(page = await ViewAsync(AnchorContract.Attestations(logId, all.Count), AnchorContract.ReadAttestations, ct));
        while (page.Count == AnchorContract.MaxPage);
        return all;
    }

    /// <summary>Makes one of the calls by which a member approves, and reads what it did.</summary>
    internal async Task<LedgerApproval> ApproveAsync(OperatorKey member, byte[] call, CancellationToken ct)
    {
        var (hash, receipt) = await TransactAsync(member, call, ct);
        return ApprovalEvents.Read(hash, ReceiptJson.Read(receipt), Contract);
    }

    /// <summary>Deploys the EvidenceAnchor contract; <see cref="LedgerOptions.Contract"/> must be null. Waits until a block holds it.</summary>
    /// <param name="key">Pays for and signs the transaction; it gets no right over the contract.</param>
    /// <param name="members">Addresses of the consortium's members, hex with 0x.</param>
    /// <param name="threshold">How many of them must approve a registration: 1 to their number.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="LedgerRejectedException">The members or the threshold are refused.</exception>
    public async Task<Deployment> DeployAsync(OperatorKey key, IReadOnlyList<string> members, int threshold, CancellationToken ct)
    {
        var code = AnchorContract.Deployment([.. members.Select(AccountAddress.Parse)], threshold);
        var sent = await _sender.SendAsync(key, [], code, ct);
        var receipt = await ReceiptAsync(Hex.Data(sent.Hash), ct);
        // The address of a new contract follows from its sender and nonce (Yellow Paper, section 7).
        var address = Hex.Data(Keccak256.Hash(Rlp.EncodeList([Rlp.Encode(key.AddressBytes), Rlp.Encode(sent.Nonce)]))[12..]);
        return await _pool.RunAsync(
            async endpoint =>
            {
                var lies = (await endpoint.CallAsync("eth_getCode", ct, address, "latest")).AsText("code");
                if (!Hex.ParseData(lies).AsSpan().SequenceEqual(ContractArtifact.EvidenceAnchor.DeployedBytecode))
                    throw new LedgerMismatchException($"the code at {address}", "that of EvidenceAnchor", $"{lies.Length / 2 - 1} other bytes");
                return new Deployment(address, endpoint.ChainId, endpoint.Genesis, receipt.Quantity("blockNumber"), Hex.Data(sent.Hash));
            },
            ct);
    }

    /// <summary>Hands in a call of the contract and waits until a block holds it.</summary>
    private async Task<(string Hash, JsonElement Receipt)> TransactAsync(OperatorKey key, byte[] call, CancellationToken ct)
    {
        var hash = Hex.Data((await _sender.SendAsync(key, AccountAddress.Parse(Contract), call, ct)).Hash);
        return (hash, await ReceiptAsync(hash, ct));
    }

    /// <summary>No view of the contract ever reverts, except that of another contract that does not know it.</summary>
    internal Task<T> ViewAsync<T>(byte[] call, Func<AbiReader, T> read, CancellationToken ct) => _pool.RunAsync(
        async endpoint =>
        {
            try
            {
                var result = (await endpoint.CallAsync("eth_call", ct, CallObject.Of(Contract, call), "latest")).AsText("result");
                return read(new AbiReader(Hex.ParseData(result)));
            }
            catch (RpcErrorException e) when (e.Says("revert"))
            {
                throw new LedgerMismatchException($"the contract at {Contract}", "EvidenceAnchor", e.Message);
            }
        },
        ct);

    /// <summary>Sizes strictly increase, so the anchor of a size is found by halving; most often it is the newest.</summary>
    private async Task<LedgerAnchor?> FindAsync(Digest logId, ulong size, CancellationToken ct)
    {
        var low = 0UL;
        var high = await AnchorCountAsync(logId, ct);
        for (var middle = high - 1; low < high; middle = (low + high) / 2)
        {
            if (await AnchorsAsync(logId, middle, 1, ct) is not [var anchor]) return null;
            if (anchor.Size == size) return anchor;
            if (anchor.Size < size) low = middle + 1;
            else high = middle;
        }
        return null;
    }

    /// <summary>Waits for the receipt of a transaction that succeeded.</summary>
    private async Task<JsonElement> ReceiptAsync(string hash, CancellationToken ct)
    {
        var started = _time.GetTimestamp();
        JsonElement receipt;
        while ((receipt = await _pool.RunAsync(endpoint => endpoint.CallAsync("eth_getTransactionReceipt", ct, hash), ct)).IsNull)
        {
            var waited = _time.GetElapsedTime(started);
            if (waited > _options.ReceiptTimeout) throw new LedgerPendingException(hash, waited);
            await Task.Delay(_options.PollInterval, _time, ct);
        }
        await _sender.SettleAsync(Hex.ParseData(hash, 32), ct);
        if (receipt.Quantity("status") == 1) return receipt;
        throw await _pool.RunAsync(endpoint => FailedTransaction.ExplainAsync(endpoint, hash, receipt, ct), ct);
    }
}

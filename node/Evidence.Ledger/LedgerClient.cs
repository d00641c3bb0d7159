using System.Text.Json;
using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Crypto;
using Evidence.Ledger.Abi;
using Evidence.Ledger.Capture;
using Evidence.Ledger.Contract;
using Evidence.Ledger.Rpc;
using Evidence.Ledger.State;
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
    private readonly AnchorViews _views;

    /// <summary>Nothing is sent before the first call.</summary>
    /// <param name="options">The endpoints and the pinned identity.</param>
    /// <param name="http">Sends the requests; its own timeout should not be shorter than that of the options.</param>
    /// <param name="time">Clock of the timeouts and pauses.</param>
    /// <param name="logger">Hears of silent and false endpoints.</param>
    /// <exception cref="ArgumentException">No endpoint is given, or the consensus is not known, not that of the trusted chain, or Clique without one.</exception>
    /// <exception cref="FormatException">The contract's address is malformed.</exception>
    public LedgerClient(LedgerOptions options, HttpClient http, TimeProvider time, ILogger<LedgerClient> logger)
    {
        if (options.Contract is { } contract) AccountAddress.Parse(contract);
        CheckConsensus(options);
        _options = options;
        _time = time;
        _pool = new EndpointPool(options, http, time, logger);
        _sender = new TransactionSender(_pool, options, time, logger);
        _views = new AnchorViews(_pool, options, time, logger);
    }

    private string Contract => _options.Contract ?? throw new InvalidOperationException("No contract address is configured.");

    /// <inheritdoc/>
    public IReadOnlyList<SetAsideEndpoint> SetAside => _pool.SetAside;

    /// <inheritdoc/>
    public LedgerAssurance? Assurance => _views.Told;

    /// <inheritdoc/>
    public bool IsProvable => _views.IsProvable;

    /// <inheritdoc/>
    public async Task<LedgerStatus> StatusAsync(CancellationToken ct)
    {
        var status = await _pool.RunAsync(
            async endpoint =>
            {
                var block = await endpoint.CallAsync("eth_getBlockByNumber", ct, "latest", false);
                return new LedgerStatus(
                    endpoint.Url, endpoint.ChainId, endpoint.Genesis, block.Quantity("number"), block.Text("hash"), BlockTime.Of(block.Quantity("timestamp")));
            },
            ct);
        // Any question about anchors shows on what the answers rest; that about no log at all is the smallest.
        return _options.Contract is null ? status : status with { Assurance = (await _views.ReadAsync(static view => view.CountAsync(default), ct)).Rests };
    }

    /// <inheritdoc/>
    public Task<LedgerLog?> LogInfoAsync(Digest logId, CancellationToken ct) => HeldAsync(view => view.LogAsync(logId), ct);

    /// <inheritdoc/>
    public Task<ulong> AnchorCountAsync(Digest logId, CancellationToken ct) => HeldAsync(view => view.CountAsync(logId), ct);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LedgerAnchor>> AnchorsAsync(Digest logId, ulong from, int count, CancellationToken ct)
    {
        List<LedgerAnchor> anchors = [];
        while (anchors.Count < count)
        {
            var atMost = Math.Min(count - anchors.Count, AnchorContract.MaxPage);
            var next = from + (ulong)anchors.Count;
            var page = await HeldAsync(view => view.AnchorsAsync(logId, next, atMost), ct);
            anchors.AddRange(page);
            if (page.Count < atMost) break;
        }
        return anchors;
    }

    /// <inheritdoc/>
    public Task<LedgerAnchor?> LatestAsync(Digest logId, CancellationToken ct) =>
        HeldAsync(async view => await view.CountAsync(logId) is > 0 and var count ? (await view.AnchorsAsync(logId, count - 1, 1)).SingleOrDefault() : null, ct);

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
        var hash = Hex.ParseData(transactionHash, 32);
        try
        {
            var proof = await FinalAsync(transactionHash, () => MinedAsync(transactionHash, ct), endpoint => CaptureAsync(endpoint, transactionHash, logId, checkpoint, ct), ct);
            await _sender.SettleAsync(hash, ct);
            _views.Saw(proof.BlockNumber);
            return proof;
        }
        catch (LedgerRejectedException)
        {
            await _sender.SettleAsync(hash, ct);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<AnchorProof?> CaptureBySizeAsync(Digest logId, ulong size, string checkpoint, CancellationToken ct)
    {
        // Asked for by itself and not among the events of all blocks: some servers look through a few thousand blocks at most.
        return await HeldAsync(view => FindAsync(view, logId, size), ct) is { } anchor ? await CaptureAsync(anchor, logId, checkpoint, ct) : null;
    }

    private Task<AnchorProof> CaptureAsync(LedgerAnchor anchor, Digest logId, string checkpoint, CancellationToken ct) => FinalAsync(
        $"of the anchor of {anchor.Size} leaves",
        () => Task.CompletedTask,
        async endpoint =>
        {
            var events = await endpoint.CallAsync("eth_getLogs", ct, AnchorFilter.Of(Contract, logId, anchor.Size, anchor.BlockNumber));
            if (events.ValueKind != JsonValueKind.Array || events.GetArrayLength() > 1)
                throw new LedgerMismatchException($"the events of block {anchor.BlockNumber}", $"one anchor of {anchor.Size} leaves, as the contract says", "another number");
            if (events.GetArrayLength() == 0) throw new NotFinalException($"block {anchor.BlockNumber} has no event of the anchor that the contract says it holds");
            return await Capture(endpoint, ct).RunAsync(events[0].Text("blockHash"), events[0].Text("transactionHash"), logId, checkpoint);
        },
        ct);

    /// <inheritdoc/>
    public async Task<string> AttestAsync(OperatorKey replica, Digest logId, ulong size, Digest root, CancellationToken ct) =>
        (await TransactAsync(replica, AnchorContract.Attest(logId, size, root), ct)).Hash;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LedgerAttestation>> AttestationsAsync(Digest logId, CancellationToken ct)
    {
        List<LedgerAttestation> all = [];
        var replicas = new HashSet<string>();
        IReadOnlyList<LedgerAttestation> page;
        do
        {
            all.AddRange(page = await HeldAsync(view => view.AttestationsAsync(logId, all.Count), ct));
            // Members of the consortium and operators of logs, each once: whose word is believed may go on with others for ever.
            if (page.FirstOrDefault(entry => !replicas.Add(entry.Replica)) is { } twice) throw new LedgerMismatchException($"the replicas of log {logId}", "each once", $"{twice.Replica} again");
            if (all.Count > AnchorContract.MaxReplicas) throw new LedgerMismatchException($"the number of replicas of log {logId}", $"at most {AnchorContract.MaxReplicas}", $"{all.Count} and more");
        }
        while (page.Count == AnchorContract.MaxPage);
        return all;
    }

    /// <summary>Headers of consecutive blocks, as an endpoint states them, each under its own hash and the child of the one before it.</summary>
    /// <param name="from">Height of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="parent">Hash of the block before the first; null where none is known.</param>
    /// <param name="ct">Ends it.</param>
    internal Task<IReadOnlyList<BlockHeader>> HeadersAsync(ulong from, int count, byte[]? parent, CancellationToken ct) => new HeaderReading(_pool, _options.Consensus).ReadAsync(from, count, parent, ct);

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

    private static void CheckConsensus(LedgerOptions options)
    {
        if (!ConsensusNames.All.Contains(options.Consensus)) throw new ArgumentException($"The consensus '{options.Consensus}' is not known.", nameof(options));
        if (options.Trusted is { } trusted && trusted.Consensus != options.Consensus) throw new ArgumentException($"The chain's consensus is '{options.Consensus}', and that of the trusted chain '{trusted.Consensus}'.", nameof(options));
        if (options is { Consensus: ConsensusNames.Clique, Trusted: null }) throw new ArgumentException("A Clique ledger needs its signers as trust.json names them.", nameof(options));
    }

    /// <summary>Each endpoint says itself which block holds the transaction, so that one that lies about it leads no other astray.</summary>
    private async Task<AnchorProof> CaptureAsync(LedgerEndpoint endpoint, string transactionHash, Digest logId, string checkpoint, CancellationToken ct)
    {
        var receipt = await ReceiptAsync(endpoint, transactionHash, ct);
        return await Capture(endpoint, ct).RunAsync(receipt.Text("blockHash"), transactionHash, logId, checkpoint);
    }

    private AnchorCapture Capture(LedgerEndpoint endpoint, CancellationToken ct) => new(endpoint, _options, Contract, ct);

    /// <summary>Captures again and again until the chain stands by what was captured.</summary>
    private async Task<T> FinalAsync<T>(string transaction, Func<Task> mined, Func<LedgerEndpoint, Task<T>> capture, CancellationToken ct)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            await mined();
            try
            {
                return await _pool.RunAsync(capture, ct);
            }
            catch (NotFinalException e)
            {
                var waited = _time.GetElapsedTime(started);
                if (waited > _options.FinalityTimeout) throw new LedgerPendingException(transaction, waited, e.Message);
            }

            await Task.Delay(_options.PollInterval, _time, ct);
        }
    }

    /// <summary>Asks one endpoint and takes its word: for what people look at before they decide.</summary>
    internal Task<T> ViewAsync<T>(byte[] call, Func<AbiReader, T> read, CancellationToken ct) =>
        _pool.RunAsync(endpoint => new CalledView(endpoint, Contract, "latest", ct).CallAsync(call, read), ct);

    private async Task<T> HeldAsync<T>(Func<IAnchorView, Task<T>> read, CancellationToken ct) => (await _views.ReadAsync(read, ct)).Value;

    /// <summary>Sizes strictly increase, so the anchor of a size is found by halving; most often it is the newest.</summary>
    private static async Task<LedgerAnchor?> FindAsync(IAnchorView view, Digest logId, ulong size)
    {
        var low = 0UL;
        var high = await view.CountAsync(logId);
        for (var middle = high - 1; low < high; middle = (low + high) / 2)
        {
            if (await view.AnchorsAsync(logId, middle, 1) is not [var anchor]) return null;
            if (anchor.Size == size) return anchor;
            if (anchor.Size < size) low = middle + 1;
            else high = middle;
        }
        return null;
    }

    /// <summary>Waits until a block holds the transaction. What no block holds is handed in again from time to time: the endpoint that took it may have lost it.</summary>
    /// <returns>The receipt, as an endpoint states it.</returns>
    private async Task<JsonElement> MinedAsync(string hash, CancellationToken ct)
    {
        var (started, repeated) = (_time.GetTimestamp(), _time.GetTimestamp());
        while (true)
        {
            try
            {
                return await _pool.RunAsync(endpoint => ReceiptAsync(endpoint, hash, ct), ct);
            }
            catch (NotFinalException)
            {
                var waited = _time.GetElapsedTime(started);
                if (waited > _options.ReceiptTimeout)
                {
                    _pool.PassOver();
                    throw new LedgerPendingException(hash, waited);
                }
            }

            await Task.Delay(_options.PollInterval, _time, ct);
            if (_time.GetElapsedTime(repeated) < _options.RepeatInterval) continue;
            repeated = _time.GetTimestamp();
            await _sender.RepeatAsync(Hex.ParseData(hash, 32), ct);
        }
    }

    /// <summary>An endpoint that has no receipt may be behind: then the next one is asked.</summary>
    private static async Task<JsonElement> ReceiptAsync(LedgerEndpoint endpoint, string hash, CancellationToken ct)
    {
        var receipt = await endpoint.CallAsync("eth_getTransactionReceipt", ct, hash);
        return receipt.IsNull ? throw new NotFinalException($"{endpoint.Url} knows of no block that holds it") : receipt;
    }

    /// <summary>Waits for the receipt of a transaction that succeeded.</summary>
    private async Task<JsonElement> ReceiptAsync(string hash, CancellationToken ct)
    {
        var receipt = await MinedAsync(hash, ct);
        await _sender.SettleAsync(Hex.ParseData(hash, 32), ct);
        if (receipt.Quantity("status") == 1) return receipt;
        throw await _pool.RunAsync(endpoint => FailedTransaction.ExplainAsync(endpoint, hash, receipt.Text("blockNumber"), ct), ct);
    }
}

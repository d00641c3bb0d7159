using Evidence.Core;
using Evidence.Core.Crypto;
using Evidence.Ledger.Abi;
using Evidence.Ledger.Rpc;
using Evidence.Ledger.Transactions;

namespace Evidence.Ledger.Contract;

/// <summary>The contract's views as an endpoint answers them by eth_call. Nothing of it is proven.</summary>
/// <param name="endpoint">Who is asked.</param>
/// <param name="contract">The contract, hex with 0x.</param>
/// <param name="block">Height of the block, hex with 0x, or "latest".</param>
/// <param name="ct">Ends it.</param>
internal sealed class CalledView(LedgerEndpoint endpoint, string contract, string block, CancellationToken ct) : IAnchorView
{
    /// <summary>Hash over all that was answered: two endpoints that have the same said the same.</summary>
    internal Digest Said { get; private set; }

    public Task<LedgerLog?> LogAsync(Digest logId) => CallAsync(AnchorContract.LogInfo(logId), static result => ConsortiumContract.ReadLog(result.At(0)));

    public Task<ulong> CountAsync(Digest logId) => CallAsync(AnchorContract.AnchorCount(logId), static result => result.Uint64(0));

    public Task<IReadOnlyList<LedgerAnchor>> AnchorsAsync(Digest logId, ulong from, int count) =>
        CallAsync(AnchorContract.Anchors(logId, from, count), result => AnchorContract.ReadAnchors(result, count));

    public Task<IReadOnlyList<LedgerAttestation>> AttestationsAsync(Digest logId, int from) =>
        CallAsync(AnchorContract.Attestations(logId, from), AnchorContract.ReadAttestations);

    /// <summary>No view of the contract ever reverts, except that of another contract that does not know it.</summary>
    internal async Task<T> CallAsync<T>(byte[] call, Func<AbiReader, T> read)
    {
        try
        {
            var result = Hex.ParseData((await endpoint.CallAsync("eth_call", ct, CallObject.Of(contract, call), block)).AsText("result"));
            Said = Digest.Of([.. Said.ToArray(), .. Keccak256.Hash(call), .. Keccak256.Hash(result)]);
            return read(new AbiReader(result));
        }
        catch (RpcErrorException e) when (e.Says("revert"))
        {
            throw new LedgerMismatchException($"the contract at {contract}", "EvidenceAnchor", e.Message);
        }
    }
}

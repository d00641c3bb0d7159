using Evidence.Core;
using Evidence.Core.Chain;
using Microsoft.Extensions.Logging;

namespace Evidence.Ledger;

/// <summary>Speaks to an EVM chain over JSON-RPC. Safe for concurrent use.</summary>
public sealed class LedgerClient(LedgerOptions options, HttpClient http, TimeProvider time, ILogger<LedgerClient> logger) : ILedger
{
    /// <inheritdoc/>
    public Task<LedgerStatus> StatusAsync(CancellationToken ct) => throw new NotImplementedException($"{options}{http}{time}{logger}");

    /// <inheritdoc/>
    public Task<LedgerLog?> LogInfoAsync(Digest logId, CancellationToken ct) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<ulong> AnchorCountAsync(Digest logId, CancellationToken ct) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerAnchor>> AnchorsAsync(Digest logId, ulong from, int count, CancellationToken ct) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<LedgerAnchor?> LatestAsync(Digest logId, CancellationToken ct) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<string> SubmitAnchorAsync(OperatorKey key, Digest logId, ulong size, Digest root, IReadOnlyList<Digest> proof, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<AnchorProof> CaptureAsync(string transactionHash, Digest logId, string checkpoint, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<AnchorProof?> CaptureBySizeAsync(Digest logId, ulong size, string checkpoint, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<string> RegisterLogAsync(OperatorKey member, Digest logId, string operatorAddress, string origin, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <summary>Deploys the EvidenceAnchor contract; <see cref="LedgerOptions.Contract"/> is not used. Waits until a block holds it.</summary>
    /// <param name="key">Pays for and signs the transaction; it gets no right over the contract.</param>
    /// <param name="members">Addresses of the consortium's members, hex with 0x.</param>
    /// <param name="threshold">How many of them must approve a registration: 1 to their number.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<Deployment> DeployAsync(OperatorKey key, IReadOnlyList<string> members, int threshold, CancellationToken ct) =>
        throw new NotImplementedException();
}

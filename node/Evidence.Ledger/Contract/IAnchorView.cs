using Evidence.Core;

namespace Evidence.Ledger.Contract;

/// <summary>What one endpoint says that the contract holds of a log, all of it after one and the same block where the endpoint can be held to that.</summary>
internal interface IAnchorView
{
    /// <summary>The registration; null when there is none.</summary>
    Task<LedgerLog?> LogAsync(Digest logId);

    Task<ulong> CountAsync(Digest logId);

    /// <summary>At most <see cref="AnchorContract.MaxPage"/> anchors from an index on.</summary>
    Task<IReadOnlyList<LedgerAnchor>> AnchorsAsync(Digest logId, ulong from, int count);

    /// <summary>At most <see cref="AnchorContract.MaxPage"/> attestations from an index on.</summary>
    Task<IReadOnlyList<LedgerAttestation>> AttestationsAsync(Digest logId, int from);
}

using System.Globalization;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain;

/// <summary>Checks an anchor proof offline.</summary>
public static class AnchorProofVerifier
{
    /// <summary>
    /// Checks that the parts of a proof fit each other: header and its hash, receipt against the header's receipts root, success, contract, the event's log, size and
    /// root, and the checkpoint's text. Says nothing of whether the block belongs to a chain that anyone trusts.
    /// </summary>
    public static AnchorCheck CheckForm(AnchorProof proof)
    {
        var list = new FindingList(Layer.Ledger);
        var header = AnchorForm.Check(proof, null, list)?.First;
        return new AnchorCheck(list.Findings, TimeOf(header), list.RestsOn, null);
    }

    /// <summary>
    /// All of <see cref="CheckForm"/>, and against trust.json: chain id, contract, log key, and the quorum.
    /// </summary>
    /// <param name="proof">The proof.</param>
    /// <param name="trust">What the verifying person trusts.</param>
    /// <param name="cosignedNotes">Further notes of the same checkpoint whose cosignatures count beside those in the proof.</param>
    public static AnchorCheck Check(AnchorProof proof, TrustPolicy trust, params IReadOnlyList<string> cosignedNotes) => Check(proof, trust, null, null, cosignedNotes);

    /// <summary>The same, for a log whose key may have been handed on.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="trust">What the verifying person trusts.</param>
    /// <param name="keys">The log's keys as they are stated; they count only where trust.json names one of them and their log.</param>
    /// <param name="cosignedNotes">Further notes of the same checkpoint whose cosignatures count beside those in the proof.</param>
    public static AnchorCheck Check(AnchorProof proof, TrustPolicy trust, StatedLogKeys? keys, IReadOnlyList<string> cosignedNotes) => Check(proof, trust, keys, null, cosignedNotes);

    internal static AnchorCheck Check(AnchorProof proof, TrustPolicy trust, StatedLogKeys? keys, ValidatorHistory? history, IReadOnlyList<string> cosignedNotes)
    {
        var list = new FindingList(Layer.Ledger);
        var headers = AnchorForm.Check(proof, trust.Chain.Consensus, list);
        CheckIdentity(proof, trust, keys, list);
        var sealedAt = TimeOf(AnchorQuorum.CheckSeals(headers, trust, history, list));
        var cosignedAt = AnchorQuorum.CheckWitnesses(proof, trust, keys, cosignedNotes, list);
        return new AnchorCheck(list.Findings, TimeOf(headers?.First), list.RestsOn, list.HasError || list.HasWarning ? null : Later(sealedAt, cosignedAt));
    }

    /// <summary>
    /// All of <see cref="CheckForm"/> by the rules of the chain's own consensus, and the seals of the validators whom it names, whatever quorum anyone asks for: what
    /// a node holds a proof to before it keeps it.
    /// </summary>
    /// <param name="proof">The proof.</param>
    /// <param name="chain">The chain, and its validators.</param>
    /// <param name="history">Who the validators are where <paramref name="chain"/> does not say it; null when there is none.</param>
    public static AnchorCheck CheckSeals(AnchorProof proof, TrustedChain chain, ValidatorHistory? history = null)
    {
        var list = new FindingList(Layer.Ledger);
        var headers = AnchorForm.Check(proof, chain.Consensus, list);
        if (headers is not null && chain.Consensus != ConsensusNames.None) SealCheck.Run(headers, chain, list, history);
        return new AnchorCheck(list.Findings, TimeOf(headers?.First), list.RestsOn, null);
    }

    /// <summary>Whether the validators have sealed a block, where there is no anchor to prove but the block itself matters. What is not in order is named.</summary>
    /// <param name="headers">The block's header, and those after it, each with the hash of the one before as its parent.</param>
    /// <param name="chain">The validators.</param>
    public static IReadOnlyList<Finding> CheckSeals(IReadOnlyList<BlockHeader> headers, TrustedChain chain)
    {
        var list = new FindingList(Layer.Ledger);
        SealCheck.Run(new HeaderChain(headers[0], [.. headers.Skip(1)]), chain, list);
        return list.Findings;
    }

    /// <summary>Another chain, contract or log than the trusted ones says nothing about the record: a warning, not an error.</summary>
    private static void CheckIdentity(AnchorProof proof, TrustPolicy trust, StatedLogKeys? stated, FindingList list)
    {
        if (proof.ChainId != trust.Chain.ChainId)
            list.Warning(FindingCodes.AnchorUnexpected, "chain id", "The anchor is on another chain than trust.json names.", Number(trust.Chain.ChainId), Number(proof.ChainId));
        if (!string.Equals(proof.Contract, trust.Chain.Contract, StringComparison.OrdinalIgnoreCase))
            list.Warning(FindingCodes.AnchorUnexpected, "contract", "The anchor is in another contract than trust.json names.", trust.Chain.Contract, proof.Contract);
        var accepted = LogKeys.AcceptedBy(trust, stated);
        var logs = accepted.Where(log => log.Id == proof.LogId).Select(static log => log.Keys).ToList();
        if (logs.Count == 0)
            list.Warning(FindingCodes.AnchorUnexpected, "log id", "The anchor is of a log that trust.json does not name.", string.Join(", ", accepted.Select(static log => log.Id)), proof.LogId.ToString());
        else CheckpointReading.TryRead(proof.Checkpoint, new FindingList(Layer.Ledger), FindingCodes.AnchorUnreadable)?.CheckSignedBy(logs, list);
    }

    /// <summary>Where both were asked for, neither alone was to be believed: so the time is that by which both had vouched.</summary>
    private static DateTimeOffset? Later(DateTimeOffset? left, DateTimeOffset? right) => left is null || right > left ? right : left;

    private static DateTimeOffset? TimeOf(BlockHeader? header) =>
        header?.Timestamp is { } seconds && seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}

using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Ledger;

namespace Evidence.Node.Anchoring;

/// <summary>An anchor whose proof stands in proofs/anchors.log; the proof itself is read again when it is needed.</summary>
/// <param name="Line">Entry of the file, counted from 0; a hint, because damaged entries are passed over.</param>
/// <param name="Size">Leaves that were anchored.</param>
/// <param name="Root">Root of their tree.</param>
/// <param name="PreviousSize">Leaves of the anchor that the contract had before this one.</param>
/// <param name="BlockNumber">Height of the block.</param>
/// <param name="BlockHash">Hash of the block, 32 bytes.</param>
/// <param name="BlockTime">Time of the block.</param>
/// <param name="TransactionHash">Hash of the transaction, 32 bytes.</param>
internal sealed record KeptAnchor(
    long Line, ulong Size, Digest Root, ulong PreviousSize, ulong BlockNumber, byte[] BlockHash, DateTimeOffset BlockTime, byte[] TransactionHash)
{
    /// <summary>What there is to know of a proof without keeping all of it.</summary>
    /// <exception cref="FormatException">Header, receipt or event of the proof cannot be read.</exception>
    internal static KeptAnchor Of(AnchorProof proof, long line)
    {
        var anchored = Receipt.Parse(proof.Receipt).Logs.Select(AnchoredEvent.TryParse).FirstOrDefault(e => e?.LogId == proof.LogId && e.Size == proof.Size)
            ?? throw new FormatException($"The receipt holds no anchor of {proof.Size} leaves.");
        var time = DateTimeOffset.FromUnixTimeSeconds((long)BlockHeader.Parse(proof.Header).Timestamp);
        return new KeptAnchor(line, proof.Size, proof.Root, anchored.PreviousSize, proof.BlockNumber, proof.BlockHash, time, proof.TransactionHash);
    }

    /// <summary>Whether this is the anchor that <paramref name="proof"/> proves.</summary>
    internal bool IsOf(AnchorProof proof) => proof.Size == Size && proof.Root == Root && proof.BlockHash.AsSpan().SequenceEqual(BlockHash);

    /// <summary>Whether this is the anchor that the ledger names. A ledger that was set back may reuse a block's number, not its time.</summary>
    internal bool IsOf(LedgerAnchor anchor) =>
        anchor.Size == Size && anchor.Root == Root && anchor.BlockNumber == BlockNumber && anchor.Time == BlockTime;
}

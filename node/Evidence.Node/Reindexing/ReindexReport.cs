using Evidence.Core;
using Evidence.Core.Verification;

namespace Evidence.Node.Reindexing;

/// <summary>What reindexing a node came to.</summary>
/// <param name="Logs">The own log first, then the mirrors.</param>
/// <param name="Unknown">Folders among the logs that do not say whose they are: they were left alone.</param>
public sealed record ReindexReport(IReadOnlyList<ReindexedLog> Logs, IReadOnlyList<string> Unknown)
{
    /// <summary>Altered when any log is; undetermined when one could not be compared with the ledger, or is not known; else intact.</summary>
    public Outcome Outcome => Logs.Any(l => l.Outcome == Outcome.Altered) ? Outcome.Altered
        : Logs.All(l => l.Outcome == Outcome.Intact) && Unknown.Count == 0 ? Outcome.Intact : Outcome.Undetermined;
}

/// <summary>What reindexing one log came to.</summary>
/// <param name="Origin">The log.</param>
/// <param name="Volumes">Number of its volumes.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Size">Leaves that they give.</param>
/// <param name="Root">Root of the tree of those.</param>
/// <param name="CheckpointSize">Leaves of the checkpoint that the tree was held to; null when the log has none.</param>
/// <param name="ProvenAnchors">Anchors of the proof file that the tree was held to.</param>
/// <param name="LedgerAnchors">Anchors on the ledger that the tree was held to; null when the ledger could not be asked. A finding says which leaves none of them covers.</param>
/// <param name="Installed">Whether index and tiles are in their places now; if not, nothing was changed.</param>
/// <param name="Findings">What is wrong, and what could not be checked.</param>
public sealed record ReindexedLog(
    string Origin, int Volumes, long Bytes, ulong Size, Digest Root, ulong? CheckpointSize, int ProvenAnchors, int? LedgerAnchors, bool Installed, IReadOnlyList<Finding> Findings)
{
    /// <summary>Altered when anything is wrong; undetermined when the ledger did not confirm every leaf, or a proof file could not be compared; else intact.</summary>
    public Outcome Outcome => Findings.Any(f => f.Severity == Severity.Error) ? Outcome.Altered
        : LedgerAnchors is null or 0 || Findings.Any(IsUnchecked) ? Outcome.Undetermined : Outcome.Intact;

    private static bool IsUnchecked(Finding finding) =>
        finding is { Severity: Severity.Warning, Code: FindingCodes.AnchorMissing or FindingCodes.LedgerUnreachable or FindingCodes.ProofFileMissing };
}

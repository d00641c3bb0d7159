using Evidence.Core;
using Evidence.Core.Verification;

namespace Evidence.Storage.Backups;

/// <summary>What a backup came to.</summary>
/// <param name="Medium">The medium's number.</param>
/// <param name="Label">Its label.</param>
/// <param name="Number">Number of the newest backup on it.</param>
/// <param name="IsNew">Whether this run made that backup; if not, there was nothing new.</param>
/// <param name="Resumed">Pieces that a run which was broken off had left, and that were not written again.</param>
/// <param name="Written">Bytes written.</param>
/// <param name="ReadBack">Bytes read back from the medium and compared; null when that was not asked for.</param>
/// <param name="Logs">The logs, the node's own first.</param>
/// <param name="Findings">What is wrong with the medium itself.</param>
public sealed record BackupReport(Guid Medium, string Label, int Number, bool IsNew, int Resumed, long Written, long? ReadBack, IReadOnlyList<LogBackedUp> Logs, IReadOnlyList<Finding> Findings)
{
    /// <summary>Altered when anything that was read is not as it must be; else intact. Nothing is ever left unlooked at without an exception.</summary>
    public Outcome Outcome => Findings.Concat(Logs.SelectMany(static log => log.Findings)).Any(static finding => finding.Severity == Severity.Error) ? Outcome.Altered : Outcome.Intact;
}

/// <summary>What a backup of one log came to.</summary>
/// <param name="Origin">The log.</param>
/// <param name="Size">Leaves up to which the medium is complete.</param>
/// <param name="Root">Root of the tree of those.</param>
/// <param name="Volumes">Volumes on the medium.</param>
/// <param name="Pieces">Pieces of volumes that this run wrote.</param>
/// <param name="Anchored">Leaves up to which the newest anchor on the medium speaks; those behind it rest on the log's own signature until a later backup brings their anchor.</param>
/// <param name="Findings">What was not as it must be in what was copied, or is missing.</param>
public sealed record LogBackedUp(string Origin, ulong Size, Digest Root, int Volumes, int Pieces, ulong Anchored, IReadOnlyList<Finding> Findings)
{
    /// <summary>Leaves on the medium that no anchor speaks of yet.</summary>
    public ulong NotAnchored => Size - Anchored;
}

using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Verification;
using Evidence.Node.Reindexing;

namespace Evidence.Node.Backups;

/// <summary>What a drill came to.</summary>
/// <param name="Backup">The newest backup on the medium that says itself what it is; null when the catalogues are lost.</param>
/// <param name="Into">Where it was restored.</param>
/// <param name="Began">When the drill was begun.</param>
/// <param name="Ended">When it was done.</param>
/// <param name="TrustSha256">SHA-256 of the trust.json; null without one.</param>
/// <param name="LedgerAsked">Whether a live ledger was to be asked; if not, the verdict rests on the proofs that were kept.</param>
/// <param name="Medium">What judging the medium as it lies there came to, before anything was restored: tiles too, which are made anew and not restored.</param>
/// <param name="Findings">What is wrong with the medium.</param>
/// <param name="Logs">The logs.</param>
public sealed record DrillReport(BackupRun? Backup, string Into, DateTimeOffset Began, DateTimeOffset Ended, Digest? TrustSha256, bool LedgerAsked, Outcome Medium, IReadOnlyList<Finding> Findings, IReadOnlyList<DrilledLog> Logs)
{
    /// <summary>Altered when anything is; intact when the medium and every record of every log is, and the ledger, where it was to be asked, has confirmed them; else undetermined.</summary>
    public Outcome Outcome
    {
        get
        {
            var outcomes = Logs.SelectMany(log => log.OutcomesOf(LedgerAsked)).Append(Medium).ToList();
            if (Findings.Any(static f => f.Severity == Severity.Error) || outcomes.Contains(Outcome.Altered)) return Outcome.Altered;
            return Findings.Count == 0 && Logs.Count > 0 && outcomes.TrueForAll(static outcome => outcome == Outcome.Intact) ? Outcome.Intact : Outcome.Undetermined;
        }
    }
}

/// <summary>What a drill of one log came to.</summary>
/// <param name="Stated">Up to where the medium says that it is complete.</param>
/// <param name="LogId">The log's id on the ledger.</param>
/// <param name="Rebuilt">What making index and tiles anew came to.</param>
/// <param name="Report">What judging every record came to.</param>
/// <param name="Ranges">The same by volume.</param>
public sealed record DrilledLog(Checkpoint Stated, Digest LogId, ReindexedLog Rebuilt, PackageReport Report, IReadOnlyList<VolumeJudged> Ranges)
{
    internal IEnumerable<Outcome> OutcomesOf(bool ledgerAsked)
    {
        yield return Report.Whole;
        if (ledgerAsked) yield return Rebuilt.Outcome;
        else if (Rebuilt.Findings.Any(static f => f.Severity == Severity.Error)) yield return Outcome.Altered;
        if (!Rebuilt.Installed) yield return Outcome.Undetermined;
    }
}

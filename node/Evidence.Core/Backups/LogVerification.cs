using Evidence.Core.Packages;
using Evidence.Core.Trust;

namespace Evidence.Core.Backups;

/// <summary>Judges a whole log, wherever its bytes lie.</summary>
public static class LogVerification
{
    /// <summary>Reads every byte of the log's volumes and judges every record.</summary>
    /// <param name="log">The log.</param>
    /// <param name="trust">What the verifying person trusts; null: the ledger layer is undetermined.</param>
    /// <param name="limits">How much is kept of what is found.</param>
    /// <param name="volume">Is told of each volume when its last record was judged.</param>
    /// <param name="ct">Ends it.</param>
    public static PackageReport Run(LogBytes log, TrustPolicy? trust, PackageLimits limits, Action<VolumeJudged> volume, CancellationToken ct)
    {
        var list = new PackageFindings(limits.MaxFindings);
        var tally = new PackageTally(limits, list);
        var judgement = new LogJudgement(log, trust, list);
        judgement.Run(tally.Add, volume, null, ct);
        return MediumVerification.Report(list, tally, [$"Log: {judgement.Ground}"], trust);
    }
}

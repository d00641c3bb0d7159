using System.Globalization;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Judging;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Compares every anchor on the ledger with the log.</summary>
internal static class LedgerComparison
{
    // Validators and nodes keep their clocks each by himself.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(2);

    /// <summary>A block that is later than now: then records are given times of receipt that are too early, and it is not known when anything was checked.</summary>
    internal static Finding? FindClockBehind(LedgerAnchors ledger, DateTimeOffset now) =>
        ledger.Anchors is [.., var last] && last.Time > now + ClockTolerance
            ? new Finding(FindingCodes.ClockBehind, Severity.Warning, Layer.Ledger, "clock", $"The clock of this machine shows an earlier time than block {last.BlockNumber} of the ledger, which is in the past: it was set back, or the validators' are wrong. Set it right.",
                AlertEventJson.Time(last.Time), AlertEventJson.Time(now))
            : null;

    /// <summary>Anchors whose root the log does not give.</summary>
    internal static IEnumerable<Finding> FindContradictions(LedgerAnchors ledger, JudgedTree tree)
    {
        foreach (var anchor in ledger.Anchors ?? [])
        {
            if (anchor.Size > tree.Size || tree.Gives(anchor.Size, anchor.Root)) continue;
            yield return new Finding(
                FindingCodes.AnchorChanged, Severity.Error, Layer.Ledger, Subject(anchor.Size),
                $"Volumes and tiles do not give the root that was anchored at {anchor.Size} leaves in block {anchor.BlockNumber}.",
                anchor.Root.ToString(), tree.RootOrNull(anchor.Size)?.ToString() ?? "no root: a leaf is missing");
        }
    }

    /// <summary>Anchors of more leaves than this node holds of its own log.</summary>
    internal static Finding? FindBehind(LedgerAnchors ledger, LogStore store) =>
        ledger.Anchors is [.., var last] && last.Size > store.Size
            ? new Finding(FindingCodes.VolumeMissing, Severity.Error, Layer.Storage, Subject(last.Size),
                "The ledger anchors more leaves than this node holds.", Text(last.Size), Text(store.Size))
            : null;

    internal static string Subject(ulong size) => $"anchor at {Text(size)} leaves";

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}

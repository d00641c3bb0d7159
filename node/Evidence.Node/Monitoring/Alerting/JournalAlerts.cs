using System.Text.Json.Nodes;
using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring.Alerting;

/// <summary>What is told of a damaged journal of the monitor. Nothing of one is ever forgotten without it.</summary>
internal static class JournalAlerts
{
    /// <summary>Numbers that are left out behind damage, beyond what is known to be lost: what the lost lines numbered must not lend its number to anything else.</summary>
    internal const int Gap = 1000;

    /// <summary>Of one that was damaged when the node started.</summary>
    /// <param name="path">The file.</param>
    /// <param name="findings">What is wrong with it; at least one.</param>
    /// <param name="consequence">What is lost by it, and what counts.</param>
    internal static AlertStatement AtStart(string path, IReadOnlyList<Finding> findings, string consequence) => Of(path, findings, " when the node started", consequence);

    /// <summary>Of one that was damaged while the node had it in memory.</summary>
    internal static AlertStatement WhileRunning(string path, IReadOnlyList<Finding> findings) => Of(path, findings, "", "The node has it in memory: nothing is lost.");

    /// <summary>Of a book that is written whole.</summary>
    internal static AlertStatement OfBook(string path, string consequence)
    {
        var finding = new Finding(FindingCodes.ProofFileChanged, Severity.Warning, Layer.Storage, path, "The file is not as it was written.");
        return new AlertStatement(CauseOf(path), Severity.Warning, "", $"The monitor's {Path.GetFileName(path)} is damaged, and nothing that it said counts. {consequence} It is kept as {Path.GetFileName(path)}.damaged.", [finding]) { IsNews = true };
    }

    /// <summary>An event that cannot be read although its line is in order.</summary>
    internal static Finding Unread(string path, string reason) => new(FindingCodes.ProofFileUnreadable, Severity.Warning, Layer.Storage, path, $"An entry cannot be read: {reason}");

    /// <summary>What is kept beside the damaged file.</summary>
    internal static string Describe(string path, IReadOnlyList<Finding> findings) => new JsonObject { ["cause"] = CauseOf(path), ["findings"] = FindingJson.Of(findings) }.ToJsonString();

    internal static string CauseOf(string path) => Causes.JournalDamaged(Path.GetFileName(path));

    private static AlertStatement Of(string path, IReadOnlyList<Finding> findings, string when, string consequence)
    {
        var file = Path.GetFileName(path);
        var message = $"The monitor's {file} is damaged{when}: {findings[0].Message} {consequence} It was written anew with what counts; the damaged file is in quarantine.";
        return new AlertStatement(CauseOf(path), Severity.Error, "", message, findings) { IsNews = true };
    }
}

using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring.Repairing;

/// <summary>What came of trying to repair a fault.</summary>
/// <param name="Done">Whether something was written that should heal it; only the check that follows says whether it did.</param>
/// <param name="Text">What was done and where the bytes came from; or why nothing could be done.</param>
/// <param name="Findings">What was found wrong with the copies that were tried.</param>
internal sealed record RepairResult(bool Done, string Text, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether nothing was tried, because somebody has to approve it first.</summary>
    internal bool IsWaiting { get; private init; }

    internal static RepairResult Waiting(string text) => new(false, text, []) { IsWaiting = true };

    /// <summary>Whether nothing is known to be wrong with the copy: nothing says what it should be.</summary>
    internal bool IsUnproven { get; private init; }

    internal static RepairResult Unproven(string text) => new(false, text, []) { IsUnproven = true };

    internal static RepairResult Repaired(string text) => new(true, text, []);

    internal static RepairResult Failed(string text, params IReadOnlyList<Finding> findings) => new(false, text, findings);
}

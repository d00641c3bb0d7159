using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring;

/// <summary>A fault that was found and what became of it. One open alert a cause.</summary>
/// <param name="Id">Number of the alert, unique on this node: <c>alert-1</c>, <c>alert-2</c>, …</param>
/// <param name="Cause">Key of the fault: two findings with the same key are the same fault.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Log">Origin of the log that it touches; empty when it touches none.</param>
/// <param name="Message">One English sentence.</param>
/// <param name="Findings">What was found, at most <see cref="MaxFindings"/> of it.</param>
/// <param name="Opened">When it was opened.</param>
/// <param name="Closed">When it was closed; null while it is open.</param>
/// <param name="ClosedBy">The check that passed and so closed it; empty while it is open.</param>
/// <param name="Repair">What was done about it and where the bytes came from; empty when nothing was.</param>
internal sealed record Alert(
    string Id,
    string Cause,
    Severity Severity,
    string Log,
    string Message,
    IReadOnlyList<Finding> Findings,
    DateTimeOffset Opened,
    DateTimeOffset? Closed = null,
    string ClosedBy = "",
    string Repair = "")
{
    /// <summary>An alert keeps this many findings; the message says how many there were.</summary>
    public const int MaxFindings = 1000;

    /// <summary>Whether no check has passed yet.</summary>
    public bool IsOpen => Closed is null;
}

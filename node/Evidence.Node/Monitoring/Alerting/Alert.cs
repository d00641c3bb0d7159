using System.Globalization;
using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring.Alerting;

/// <summary>A fault, or all faults of one cause, and what became of it. One open alert a cause.</summary>
/// <param name="Number">Counts the alerts of this node, from 1; no number is given twice.</param>
/// <param name="Cause">Key of the alert: faults with the same key are told together.</param>
/// <param name="Severity">How much it weighs, as the check says.</param>
/// <param name="Log">Origin of the log that it touches; empty when it touches none.</param>
/// <param name="Message">What is wrong, in English sentences.</param>
/// <param name="Findings">The first <see cref="MaxFindings"/> of what was found; the rest is in a file; see <see cref="FindingsFolder"/>.</param>
/// <param name="Opened">When it was opened.</param>
internal sealed record Alert(long Number, string Cause, Severity Severity, string Log, string Message, IReadOnlyList<Finding> Findings, DateTimeOffset Opened)
{
    /// <summary>An alert carries this many findings.</summary>
    public const int MaxFindings = 20;

    /// <summary>Name of the alert: <c>alert-1</c>, <c>alert-2</c>, …</summary>
    public string Id => NameOf(Number);

    /// <summary>How many findings there were.</summary>
    public long FindingsTotal { get; init; } = Findings.Count;

    /// <summary>How often its findings were stated; a file of findings belongs to one statement.</summary>
    public long Statement { get; init; } = 1;

    /// <summary>The latest change that people have to hear of, numbered over all alerts of the node.</summary>
    public long News { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset NewsAt { get; init; } = Opened;

    /// <summary>Who looks after it; null while nobody has said so. It closes nothing.</summary>
    public Acknowledgement? Acknowledged { get; init; }

    /// <summary>Whether a repair waits until somebody approves it.</summary>
    public bool AwaitsApproval { get; init; }

    /// <summary>Who approved the repair; null while nobody has. It holds until the alert closes, or until more is found than the alert said then.</summary>
    public Acknowledgement? Approved { get; init; }

    /// <summary>How often nobody had acknowledged it in time.</summary>
    public int Escalations { get; init; }

    /// <summary>When that was noticed last.</summary>
    public DateTimeOffset? Escalated { get; init; }

    /// <summary>When it was closed; null while it is open.</summary>
    public DateTimeOffset? Closed { get; init; }

    /// <summary>The check that passed and so closed it; empty while it is open.</summary>
    public string ClosedBy { get; init; } = "";

    /// <summary>What was done about it and where the bytes came from; empty when nothing was.</summary>
    public string Repair { get; init; } = "";

    /// <summary>Whether no check has passed yet.</summary>
    public bool IsOpen => Closed is null;

    /// <summary>How much it weighs now: what nobody looks after in time is an error, whatever it was.</summary>
    public Severity Weight => Escalations > 0 ? Severity.Error : Severity;

    internal static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"alert-{number}");

    /// <summary>The number in a name, or null where it is none.</summary>
    internal static long? NumberOf(string name) =>
        name.StartsWith("alert-", StringComparison.Ordinal) && long.TryParse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Somebody looks after the alert, or approves its repair.</summary>
/// <param name="By">Who, as they said, in at most <see cref="MaxName"/> characters; behind it in brackets the name by which the node knows the caller, where that is another.</param>
/// <param name="Note">What they had to say; at most <see cref="MaxNote"/> characters, may be empty.</param>
/// <param name="At">When.</param>
internal sealed record Acknowledgement(string By, string Note, DateTimeOffset At)
{
    internal const int MaxName = 128, MaxNote = 2000;
}

/// <summary>What a check has to say of a cause.</summary>
/// <param name="Cause">Key of the alert.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Log">Origin of the log that it touches; empty when it touches none.</param>
/// <param name="Message">What is wrong, in English sentences.</param>
/// <param name="Findings">Everything that was found.</param>
internal sealed record AlertStatement(string Cause, Severity Severity, string Log, string Message, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether people hear of it although they know the alert: another message alone is no news, since some count minutes.</summary>
    internal bool IsNews { get; init; }

    /// <summary>Whether it says more than anybody can have approved: whoever did has to do so again.</summary>
    internal bool EndsApproval { get; init; }

    /// <summary>Whether a repair waits for approval.</summary>
    internal bool AwaitsApproval { get; init; }
}

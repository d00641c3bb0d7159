using Evidence.Bench.Goals;
using Evidence.Bench.Nodes;

namespace Evidence.Bench.Reporting;

/// <summary>How one goal came out.</summary>
/// <param name="Goal">The goal.</param>
/// <param name="Result">What was measured; null when it could not be.</param>
/// <param name="Reason">Why it could not be measured, else null.</param>
internal sealed record GoalOutcome(IGoal Goal, GoalResult? Result, string? Reason)
{
    /// <summary>The lines that say how the goal stands.</summary>
    internal IEnumerable<string> Lines => Result is null
        ? [$"{Goal.Name}  could not measure: {Reason}"]
        : Result.Figures.Count == 0 ? [$"{Goal.Name}  measured"]
        : Result.Figures.Select(figure => figure.LineFor(Goal.Name));
}

/// <summary>All that one run gave.</summary>
/// <param name="Outcomes">The goals, in the order in which they were measured.</param>
/// <param name="NodeRuns">The nodes that ran.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Date">When it ended.</param>
/// <param name="Rounds">How often each pair was measured.</param>
internal sealed record Report(IReadOnlyList<GoalOutcome> Outcomes, IReadOnlyList<NodeRun> NodeRuns, Machine Machine, DateTimeOffset Date, int Rounds)
{
    internal int ExitCode =>
        Outcomes.Any(o => o.Result is null) ? Bench.ExitCode.NotMeasured
        : Outcomes.Any(o => !o.Result!.IsMet) ? Bench.ExitCode.Short
        : Bench.ExitCode.Met;
}

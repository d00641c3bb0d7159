namespace Evidence.Bench.Goals;

/// <summary>What measuring a goal gave.</summary>
/// <param name="Figures">What is held to a bar; none for what has no goal yet.</param>
/// <param name="Absolutes">What was measured on this machine: it means little on another one.</param>
internal sealed record GoalResult(IReadOnlyList<Figure> Figures, IReadOnlyList<Absolute> Absolutes)
{
    internal bool IsMet => Figures.All(f => f.IsMet);
}

/// <summary>One absolute figure.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">The value.</param>
/// <param name="Unit">Its unit.</param>
internal sealed record Absolute(string What, double Value, string Unit);

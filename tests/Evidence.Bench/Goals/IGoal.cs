namespace Evidence.Bench.Goals;

/// <summary>One performance goal of the archive, measured beside its peers.</summary>
internal interface IGoal
{
    /// <summary>The goal's name on the command line and in front of its figures.</summary>
    string Name { get; }

    /// <summary>What is measured against what, in one line.</summary>
    string Title { get; }

    /// <summary>Measures it.</summary>
    /// <exception cref="NotMeasuredException">It cannot be measured here; says why.</exception>
    Task<GoalResult> MeasureAsync(BenchContext context, CancellationToken ct);
}

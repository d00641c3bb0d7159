using Evidence.Bench.Goals;
using Evidence.Bench.Reporting;

namespace Evidence.Bench;

/// <summary>Measures goals one after the other in a folder of its own, which is removed at the end.</summary>
/// <param name="goals">The goals.</param>
/// <param name="rounds">How often each pair is measured.</param>
/// <param name="time">Measures.</param>
internal sealed class BenchRun(IReadOnlyList<IGoal> goals, int rounds, TimeProvider time)
{
    /// <summary>Measures all of them.</summary>
    /// <param name="tell">Told of each goal's lines as soon as it was measured.</param>
    /// <param name="say">Told how far it is.</param>
    /// <param name="ct">Stops it.</param>
    internal async Task<Report> RunAsync(Action<string> tell, Action<string> say, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("evidence-bench-").FullName;
        try
        {
            await using var context = new BenchContext(folder, rounds, time, say);
            var outcomes = new List<GoalOutcome>();
            foreach (var goal in goals)
            {
                say($"{goal.Name}: {goal.Title}");
                outcomes.Add(await MeasureAsync(goal, context, ct));
                foreach (var line in outcomes[^1].Lines) tell(line);
            }
            return new Report(outcomes, context.NodeRuns, Machine.Describe(folder), time.GetUtcNow(), rounds);
        }
        finally
        {
            say("removing the data");
            Directory.Delete(folder, recursive: true);
        }
    }

    // Whatever keeps one goal from being measured must not keep the others from it; it never becomes a figure.
    private static async Task<GoalOutcome> MeasureAsync(IGoal goal, BenchContext context, CancellationToken ct)
    {
        try
        {
            return new GoalOutcome(goal, await goal.MeasureAsync(context, ct), null);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            return new GoalOutcome(goal, null, e is NotMeasuredException ? e.Message : $"{e.GetType().Name}: {e.Message}");
        }
    }
}

using Evidence.Bench.Goals;

namespace Evidence.Bench.Measuring;

/// <summary>One of the things that are compared.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Unit">Unit of its values.</param>
/// <param name="MeasureAsync">Measures one round, whose number from 1 it is told.</param>
internal sealed record Side(string Name, string Unit, Func<int, CancellationToken, Task<double>> MeasureAsync);

/// <summary>The values of one side, one for each round.</summary>
internal sealed record Series(string Name, string Unit, IReadOnlyList<double> Values)
{
    /// <summary>The median for the table.</summary>
    /// <param name="what">What all sides were measured at.</param>
    internal Absolute Absolute(string what) => new($"{what}: {Name}", Median, Unit);

    internal double Median => Statistics.Median(Values);

    /// <summary>Median of the ratios to another side, round by round.</summary>
    internal double RatioTo(Series peer) => Statistics.MedianRatio(Values, peer.Values);
}

/// <summary>Measures sides in turn, A B A B ..., so that what the machine does besides falls on all of them.</summary>
internal static class Interleaving
{
    internal static async Task<IReadOnlyList<Series>> RunAsync(int rounds, IReadOnlyList<Side> sides, Action<string> say, CancellationToken ct)
    {
        var values = sides.Select(_ => new List<double>()).ToList();
        for (var round = 1; round <= rounds; round++)
        {
            for (var i = 0; i < sides.Count; i++)
            {
                values[i].Add(await sides[i].MeasureAsync(round, ct));
                say($"round {round} of {rounds}: {sides[i].Name} {values[i][^1]:0.##} {sides[i].Unit}");
            }
        }
        return [.. sides.Select((side, i) => new Series(side.Name, side.Unit, values[i]))];
    }
}

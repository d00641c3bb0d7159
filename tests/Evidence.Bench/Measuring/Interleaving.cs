namespace Evidence.Bench.Measuring;

/// <summary>One of the things that are compared.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="MeasureAsync">Measures one round, whose number from 1 it is told.</param>
internal sealed record Side(string Name, Func<int, CancellationToken, Task<double>> MeasureAsync);

/// <summary>The values of one side, one for each round.</summary>
internal sealed record Series(string Name, IReadOnlyList<double> Values)
{
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
                say($"round {round} of {rounds}: {sides[i].Name} {values[i][^1]:0.##}");
            }
        }
        return [.. sides.Select((side, i) => new Series(side.Name, values[i]))];
    }
}

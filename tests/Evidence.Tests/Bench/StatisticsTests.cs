using Evidence.Bench.Measuring;

namespace Evidence.Tests.Bench;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, 2)]
    [InlineData(new[] { 4.0, 1, 3, 2 }, 2.5)]
    [InlineData(new[] { 7.0 }, 7)]
    public void The_median_is_the_value_in_the_middle(double[] values, double expected) => Assert.Equal(expected, Statistics.Median(values));

    [Fact]
    public void There_is_no_median_of_nothing() => Assert.Throws<ArgumentException>(() => Statistics.Median([]));

    [Fact]
    public void P99_of_a_hundred_values_leaves_one_above() => Assert.Equal(99, Statistics.Quantile(Enumerable.Range(1, 100).Reverse().Select(i => (double)i), 0.99));

    [Fact]
    public void P99_of_a_few_values_is_the_largest() => Assert.Equal(3, Statistics.Quantile([1, 3, 2], 0.99));

    [Fact]
    public void Ratios_are_taken_round_by_round_before_the_median()
    {
        // The machine slows down by ten from round to round; the ratio of the medians would be 2 as well only by chance.
        double[] ours = [300, 20, 2];
        double[] peer = [100, 10, 1];
        Assert.Equal(2, Statistics.MedianRatio(ours, peer));
        Assert.Equal(1.5, Statistics.MedianRatio([3, 20, 1], [2, 10, 1]));
    }

    [Fact]
    public void Rounds_without_a_partner_are_refused() => Assert.Throws<ArgumentException>(() => Statistics.MedianRatio([1, 2], [1]));

    [Fact]
    public async Task Sides_are_measured_in_turn()
    {
        var order = new List<string>();
        Side Noting(string name) => new(name, "s", (round, _) =>
        {
            order.Add($"{name}{round}");
            return Task.FromResult((double)order.Count);
        });

        var series = await Interleaving.RunAsync(2, [Noting("a"), Noting("b")], _ => { }, CancellationToken.None);

        Assert.Equal(["a1", "b1", "a2", "b2"], order);
        Assert.Equal([1.0, 3], series[0].Values);
        Assert.Equal([2.0, 4], series[1].Values);
    }
}

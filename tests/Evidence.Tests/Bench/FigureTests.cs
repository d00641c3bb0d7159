using Evidence.Bench.Goals;

namespace Evidence.Tests.Bench;

public sealed class FigureTests
{
    [Theory]
    [InlineData(1.93, "P4  1.93  goal 1.50  ok")]
    [InlineData(1.5, "P4  1.50  goal 1.50  ok")]
    [InlineData(1.4999, "P4  1.49  goal 1.50  short")]
    [InlineData(0.29, "P4  0.29  goal 1.50  short")]
    public void A_ratio_has_to_reach_its_goal(double value, string line) =>
        Assert.Equal(line, new Figure("", value, Sense.AtLeast, 1.5, 3).LineFor("P4"));

    [Theory]
    [InlineData(0.213, "P9  0.22 ms  goal 1.00 ms  ok")]
    [InlineData(1, "P9  1.00 ms  goal 1.00 ms  ok")]
    [InlineData(1.001, "P9  1.01 ms  goal 1.00 ms  short")]
    public void A_figure_with_a_limit_has_to_stay_below_it(double value, string line) =>
        Assert.Equal(line, new Figure("", value, Sense.AtMost, 1, 0.2, "ms").LineFor("P9"));

    [Fact]
    public void A_goal_with_several_figures_says_which_one() =>
        Assert.Equal("P5  2.50  goal 2.00  ok  (against restic backup)", new Figure("against restic backup", 2.5, Sense.AtLeast, 2, 3).LineFor("P5"));

    [Fact]
    public void What_is_no_number_meets_no_goal()
    {
        Assert.False(new Figure("", double.NaN, Sense.AtLeast, 1, 2).IsMet);
        Assert.False(new Figure("", double.NaN, Sense.AtMost, 1, 2).IsMet);
    }
}

using Evidence.Cli;

namespace Evidence.Tests.Cli;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(ExitCode.Intact)]
    [InlineData(ExitCode.Intact, ExitCode.Intact)]
    [InlineData(ExitCode.Undetermined, ExitCode.Intact, ExitCode.Undetermined)]
    [InlineData(ExitCode.Unreachable, ExitCode.Undetermined, ExitCode.Unreachable)]
    [InlineData(ExitCode.Altered, ExitCode.Intact, ExitCode.Undetermined, ExitCode.Altered, ExitCode.Unreachable)]
    public void Reports_of_several_the_one_that_matters_most(int worst, params int[] codes) => Assert.Equal(worst, ExitCode.Worst(codes));
}

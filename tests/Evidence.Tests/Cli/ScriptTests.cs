using System.Diagnostics;
using Evidence.Network.Demo;

namespace Evidence.Tests.Cli;

/// <summary>The scripts of the checkout: nothing is installed, built or run for an option that is not known.</summary>
public sealed class ScriptTests
{
    [Theory]
    [InlineData("tests/run", "--bogus")]
    [InlineData("tests/run", "Grpc", "--bogus")]
    [InlineData("network/prepare", "--bogus")]
    [InlineData("chaincode/build", "--bogus")]
    [InlineData("clients/verify-js/build", "--bogus")]
    [InlineData("clients/verify-js/test", "--bogus")]
    public async Task Answers_an_option_that_is_not_known_with_exit_code_2(string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Vectors.CheckoutRoot(), script), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal((2, ""), (process.ExitCode, await output));
        Assert.Contains("--bogus", await error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_answers_an_option_that_is_not_known_with_exit_code_2() => Assert.Equal(2, await DemoCommand.RunAsync(["--bogus"], TimeProvider.System));
}

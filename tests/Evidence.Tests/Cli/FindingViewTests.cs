using Evidence.Cli;
using Evidence.Core.Verification;

namespace Evidence.Tests.Cli;

/// <summary>How findings that this program made itself are shown.</summary>
public sealed class FindingViewTests
{
    [Theory]
    [InlineData(Severity.Info, "info")]
    [InlineData(Severity.Warning, "warning")]
    [InlineData(Severity.Error, "error")]
    public void Says_how_much_a_finding_weighs(Severity severity, string word)
    {
        var shown = FindingView.Of(new Finding("E101", severity, Layer.Content, "c0001", "It differs.", "a", "b"));
        Assert.Equal(word, FindingView.ToJson(shown)["severity"]!.GetValue<string>());
        var output = new StringWriter();
        FindingView.Show(TerminalOutput.On(output), shown);
        Assert.StartsWith($"  E101 {word}: c0001: It differs.", output.ToString(), StringComparison.Ordinal);
    }
}

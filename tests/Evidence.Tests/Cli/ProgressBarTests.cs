using Evidence.Cli;
using Spectre.Console;

namespace Evidence.Tests.Cli;

public sealed class ProgressBarTests
{
    [Fact]
    public async Task Has_a_bar_for_each_stage_on_a_terminal()
    {
        var bars = await LastOf(progress =>
        {
            progress.Report(new Step(60, "a line", "[first]", Begins: true));
            progress.Report(new Step(40, null, "[first], to its end"));
            progress.Report(new Step(25, "a line", "second", Begins: true));
        });
        Assert.Equal(2, bars.Length);
        Assert.StartsWith("[first], to its end", bars[0].Trim(), StringComparison.Ordinal);
        Assert.Contains("100%", bars[0], StringComparison.Ordinal);
        Assert.StartsWith("second", bars[1].Trim(), StringComparison.Ordinal);
        Assert.Contains("25%", bars[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Has_one_bar_for_a_command_of_one_stage()
    {
        var bar = Assert.Single(await LastOf(progress =>
        {
            for (var i = 0; i < 3; i++) progress.Report(new Step(25));
        }));
        Assert.StartsWith("work", bar.Trim(), StringComparison.Ordinal);
        Assert.Contains("75%", bar, StringComparison.Ordinal);
    }

    /// <summary>The lines of the last picture that a terminal was given.</summary>
    private static async Task<string[]> LastOf(Action<IProgress<Step>> work)
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.Yes });
        console.Profile.Width = 120;
        await ProgressBar.OnTerminalAsync(console, "work", 100, progress =>
        {
            work(progress);
            return Task.CompletedTask;
        });
        return [.. output.ToString().Split('\n').Where(line => line.Contains('%', StringComparison.Ordinal)).Reverse().DistinctBy(line => line.Trim().Split(' ')[0]).Reverse()];
    }
}

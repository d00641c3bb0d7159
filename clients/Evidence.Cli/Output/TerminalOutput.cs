using Spectre.Console;

namespace Evidence.Cli;

/// <summary>Makes the console that text for people goes to.</summary>
internal static class TerminalOutput
{
    // A pipe has no width of its own; tables must not be folded for it.
    private const int PipeWidth = 400;

    internal static IAnsiConsole On(TextWriter writer)
    {
        var toTerminal = ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = toTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = toTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!toTerminal) console.Profile.Width = PipeWidth;
        console.Pipeline.Attach(new PlainRendering());
        return console;
    }
}

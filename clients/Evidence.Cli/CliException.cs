namespace Evidence.Cli;

/// <summary>Ends a command with one sentence for the person who gave it.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    internal int Code { get; } = exitCode;

    internal static CliException Usage(string message) => new(ExitCode.Usage, message);
}

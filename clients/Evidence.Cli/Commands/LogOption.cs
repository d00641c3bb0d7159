using System.CommandLine;

namespace Evidence.Cli.Commands;

/// <summary>The option that names a log.</summary>
internal static class LogOption
{
    internal static Option<string> Make() => new("--log")
    {
        Description = "Origin of the log; else the node's own. 日志名称",
        HelpName = "ORIGIN",
        DefaultValueFactory = _ => "",
    };
}

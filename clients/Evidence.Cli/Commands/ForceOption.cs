using System.CommandLine;

namespace Evidence.Cli.Commands;

/// <summary>The option that lets a result file take the place of one that is there.</summary>
internal static class ForceOption
{
    internal static Option<bool> Make() => new("--force") { Description = "Replace the file of --output where it is there already. 覆盖已有文件" };
}

using System.Text.Json.Nodes;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>Findings as the node sends them.</summary>
internal static class FindingView
{
    /// <summary>A finding that was made here.</summary>
    internal static Finding Of(Core.Verification.Finding finding) => new()
    {
        Code = finding.Code,
        Severity = Of(finding.Severity),
        Layer = finding.Layer.ToString().ToLowerInvariant(),
        Subject = finding.Subject,
        Message = finding.Message,
        Expected = finding.Expected ?? "",
        Actual = finding.Actual ?? "",
    };

    // The two are numbered apart: the wire keeps its 0 for what is not said.
    private static Severity Of(Core.Verification.Severity severity) => severity switch
    {
        Core.Verification.Severity.Info => Severity.Info,
        Core.Verification.Severity.Warning => Severity.Warning,
        _ => Severity.Error,
    };

    internal static JsonObject ToJson(Finding finding) => new()
    {
        ["code"] = finding.Code,
        ["severity"] = finding.Severity.ToString().ToLowerInvariant(),
        ["layer"] = finding.Layer,
        ["subject"] = finding.Subject,
        ["message"] = finding.Message,
        ["expected"] = finding.Expected.Length == 0 ? null : finding.Expected,
        ["actual"] = finding.Actual.Length == 0 ? null : finding.Actual,
    };

    internal static void Show(IAnsiConsole console, Finding finding)
    {
        console.WriteLine($"  {finding.Code} {finding.Severity.ToString().ToLowerInvariant()}: {Core.PlainText.Of($"{finding.Subject}: {finding.Message}")}");
        if (finding.Expected.Length > 0) console.WriteLine($"       expected {Core.PlainText.Of(finding.Expected)}");
        if (finding.Actual.Length > 0) console.WriteLine($"       found    {Core.PlainText.Of(finding.Actual)}");
    }
}

using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Packages;
using Evidence.Core.Packages.Reports;
using Evidence.Core.Verification;
using Spectre.Console;

namespace Evidence.Cli.Verification;

/// <summary>What was asked about and what came out.</summary>
/// <param name="Name">The argument as it was given.</param>
/// <param name="Kind">record, package or file.</param>
/// <param name="Sha256">SHA-256 of the file; null for a record number.</param>
/// <param name="Verdicts">One for a record; for a package one for each of its first records; for a file one for each record that holds it.</param>
/// <param name="StatedBy">Who makes the statement; null when this program found it itself.</param>
internal sealed record VerifiedTarget(string Name, string Kind, string? Sha256, IReadOnlyList<Verdict> Verdicts, string? StatedBy)
{
    /// <summary>Why there is no answer for this one of several targets; null when there is one.</summary>
    internal CliException? Failure { get; init; }

    /// <summary>The report on a package; null for anything else.</summary>
    internal PackageReport? Package { get; init; }

    internal int Code => Failure?.Code ?? (Package is not null ? ExitCode.Of(Package.Whole) : Verdicts.Count == 0 ? ExitCode.Undetermined : ExitCode.Worst(Verdicts.Select(static v => ExitCode.Of(v.Whole))));

    internal JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["target"] = Name,
            ["kind"] = Kind,
            ["sha256"] = Sha256,
            ["error"] = Failure?.Message,
            ["statedBy"] = StatedBy,
            ["verdicts"] = JsonText.Array(Verdicts.Select(v => VerdictJson.ToJson(v, StatedBy))),
        };
        if (Package is not null) json["package"] = PackageReportJson.ToJson(Package);
        return json;
    }

    internal void Show(IAnsiConsole console)
    {
        if (Failure is not null)
        {
            console.WriteLine($"{PlainText.Of(Name)}: NOT VERIFIED 未验证: {PlainText.Of(Failure.Message)}");
            return;
        }
        console.WriteLine(Sha256 is null ? PlainText.Of(Name) : $"{PlainText.Of(Name)} (SHA-256 {Sha256})");
        if (Kind == "file") console.WriteLine("no evidence package: the node was asked for records that hold this file 不是证据包：由节点按 SHA-256 判定");
        if (Package is not null) console.WriteLine(PackageReportText.Render(Package));
        else if (Verdicts.Count == 0)
            console.WriteLine("UNDETERMINED 无法判定: no record of this node holds a file with these bytes. It was changed since, or never filed here.");
        foreach (var verdict in Package is null ? Verdicts : []) console.WriteLine(VerdictText.Render(verdict));
        console.WriteLine(StatedBy is null ? "checked here, without any node 本机离线验证" : $"statement of the node {PlainText.Of(StatedBy)}, which read the bytes again; a package verifies without trust in it");
    }
}

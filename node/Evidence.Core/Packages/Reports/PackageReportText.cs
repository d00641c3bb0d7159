using System.Globalization;
using System.Text;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages.Reports;

/// <summary>Reports of packages in words, Chinese and English.</summary>
public static class PackageReportText
{
    /// <summary>The report as lines of text for a person: outcome, layers, what it rests on, every finding that was kept.</summary>
    public static string Render(PackageReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{VerdictText.Label(report.Whole)}  {Subject(report)}\n");
        foreach (var (layer, outcome) in report.Layers.OrderBy(static entry => entry.Key))
            text.Append(CultureInfo.InvariantCulture, $"  {VerdictText.English(layer),-10} {VerdictText.Chinese(layer)}  {VerdictText.Label(outcome)}\n");
        if (report.Records.Count > 1) text.Append(CultureInfo.InvariantCulture, $"  {Counts(report.Records)}\n");
        foreach (var ground in report.RestsOn) text.Append(CultureInfo.InvariantCulture, $"  rests on: {PlainText.Of(ground)}\n");
        if (report.ProvenNoLaterThan is { } time) text.Append(CultureInfo.InvariantCulture, $"  proven no later than 不晚于: {VerdictText.Time(time)}\n");
        text.Append(CultureInfo.InvariantCulture, $"  trust.json: {(report.TrustSha256 is { } sha256 ? $"SHA-256 {sha256}" : "none 无")}\n");
        if (report.Records.Count == 0) text.Append("  no record was judged 没有验证任何档案\n");
        foreach (var found in report.Findings) Append(text, found, report.Records.Count > 1);
        if (report.FindingsLeftOut > 0) text.Append(CultureInfo.InvariantCulture, $"  and {report.FindingsLeftOut} more findings\n");
        return text.ToString();
    }

    /// <summary>How many records came to which verdict, in words.</summary>
    public static string Counts(RecordCounts records) => string.Create(
        CultureInfo.InvariantCulture, $"{records.Count} records 份档案: {records.Intact} INTACT 一致, {records.Altered} ALTERED 不一致, {records.Undetermined} UNDETERMINED 无法判定");

    /// <summary>What the report is about: the record's number, or how many records.</summary>
    public static string Subject(PackageReport report) => report.Verdicts is [var only] && report.Records.Count == 1
        ? only.Record.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{report.Records.Count} records 份档案");

    private static void Append(StringBuilder text, PackageFinding found, bool named)
    {
        var of = named && found.Record is { } record ? $" {record}" : "";
        VerdictText.Append(text, found.Finding, of);
    }
}

using System.Globalization;
using Evidence.Core.Packages.Texts;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages.Reports;

/// <summary>Reports of packages as a page for printing, Chinese and English.</summary>
public static class PackageReportHtml
{
    private const string Style =
        "body{font:9.5pt/1.4 \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft YaHei\",sans-serif;max-width:190mm;margin:8mm auto;color:#111}"
        + "h1{font-size:17pt;text-align:center}h2{font-size:11pt;border-bottom:1px solid #888;margin:4mm 0 1mm}table{border-collapse:collapse;width:100%}"
        + "td,th{text-align:left;vertical-align:top;padding:.4mm 2mm;border-bottom:1px solid #ddd;overflow-wrap:anywhere}th{white-space:nowrap;font-weight:normal;color:#444;width:1%}"
        + ".INTACT{color:#0a5c2b}.ALTERED{color:#a40000;font-weight:bold}.UNDETERMINED{color:#7a5200}@media print{body{margin:0}@page{size:A4;margin:14mm}}";

    /// <summary>The page, UTF-8.</summary>
    /// <param name="report">What reading the package gave.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="sha256">Its digest.</param>
    public static byte[] Render(PackageReport report, string file, long size, Digest sha256)
    {
        var html = new HtmlRows();
        html.Lines(
            "<!DOCTYPE html>",
            $"<html lang=\"zh\"><head><meta charset=\"utf-8\"><title>验证报告 Verification report</title><style>{Style}</style></head><body>",
            "<h1>证据包验证报告<br>Verification report of an evidence package</h1>",
            "<p>本页是运行验证程序者的陈述。 This page is the statement of whoever ran the verifier.</p>");
        Table(html, "证据包 Package", [("文件 File", file), ("大小 Size", string.Create(CultureInfo.InvariantCulture, $"{size} bytes")), ("SHA-256", sha256.ToString()), ("档案 Records", PackageReportText.Subject(report)), ("trust.json SHA-256", report.TrustSha256?.ToString() ?? "无 none"), .. Certificate(report)]);
        Verdicts(html, report);
        Table(html, "依据 On what it rests", [.. report.RestsOn.Select(static ground => ("", ground)), .. Time(report)]);
        Table(html, "发现 Findings", [.. report.Findings.Select(Row), .. LeftOut(report)]);
        html.Lines("</body></html>");
        return html.ToUtf8();
    }

    private static void Verdicts(HtmlRows html, PackageReport report)
    {
        html.Lines("<h2>结论 Verdict</h2>", "<table>");
        Verdict(html, "总体 Whole", report.Whole);
        foreach (var (layer, outcome) in report.Layers.OrderBy(static entry => entry.Key)) Verdict(html, $"{VerdictText.Chinese(layer)} {VerdictText.English(layer)}", outcome);
        if (report.Records.Count > 1) Row(html, "档案 Records", PackageReportText.Counts(report.Records));
        html.Lines("</table>");
    }

    private static void Verdict(HtmlRows html, string label, Outcome outcome) =>
        html.Lines($"<tr><th>{label}</th><td class=\"{VerdictText.English(outcome)}\">{VerdictText.Label(outcome)}</td></tr>");

    private static void Table(HtmlRows html, string title, IReadOnlyList<(string Label, string Value)> rows)
    {
        if (rows.Count == 0) return;
        html.Lines($"<h2>{title}</h2>", "<table>");
        foreach (var (label, value) in rows) Row(html, label, value);
        html.Lines("</table>");
    }

    private static void Row(HtmlRows html, string label, string value) => html.Lines($"<tr><th>{HtmlRows.Escape(label)}</th><td>{HtmlRows.Escape(PlainText.Of(value))}</td></tr>");

    private static (string Label, string Value) Row(PackageFinding found)
    {
        var finding = found.Finding;
        var compared = $"{(finding.Expected is null ? "" : $" expected: {finding.Expected}.")}{(finding.Actual is null ? "" : $" found: {finding.Actual}.")}";
        return ($"{finding.Code} {finding.Severity.ToString().ToLowerInvariant()}", $"[{VerdictText.English(finding.Layer)}] {found.Record?.ToString() ?? ""} {finding.Subject}: {finding.Message}{compared}");
    }

    private static IEnumerable<(string Label, string Value)> Certificate(PackageReport report)
    {
        if (report.CertificateText is { } text) yield return ("存证证明 Certificate", text);
    }

    private static IEnumerable<(string Label, string Value)> Time(PackageReport report)
    {
        if (report.ProvenNoLaterThan is { } time) yield return ("不晚于 No later than", VerdictText.Time(time));
    }

    private static IEnumerable<(string Label, string Value)> LeftOut(PackageReport report)
    {
        if (report.FindingsLeftOut > 0) yield return ("…", string.Create(CultureInfo.InvariantCulture, $"{report.FindingsLeftOut} more"));
    }
}

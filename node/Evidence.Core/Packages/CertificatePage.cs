using System.Globalization;
using System.Net;
using Evidence.Core.Chain;
using Evidence.Core.Notes;
using Evidence.Core.Seals;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>certificate.html: the certificate of preservation (存证证明), one printable page. It is the statement of whoever made it, and says so.</summary>
internal static class CertificatePage
{
    private const string Style =
        "body{font:10pt/1.45 \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft YaHei\",sans-serif;max-width:190mm;margin:8mm auto;color:#111}"
        + "h1{font-size:18pt;text-align:center;margin:0 0 2mm}h2{font-size:11pt;border-bottom:1px solid #888;margin:5mm 0 1mm}"
        + "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.6mm 2mm;border-bottom:1px solid #ddd}"
        + "td.h{font-family:monospace;font-size:8pt;word-break:break-all}th{white-space:nowrap;font-weight:normal;color:#444;width:1%}"
        + "p.note{font-size:8.5pt;color:#333}.INTACT{color:#0a5c2b}.ALTERED{color:#a40000;font-weight:bold}.UNDETERMINED{color:#7a5200}"
        + "@media print{body{margin:0}@page{size:A4;margin:14mm}}";

    internal static byte[] Render(PackageDocument document)
    {
        var html = new HtmlRows();
        html.Raw($"<!DOCTYPE html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\"><title>存证证明 Certificate of preservation {document.Seal.Record}</title><style>{Style}</style></head><body>\n");
        html.Raw("<h1>存证证明<br>Certificate of preservation</h1>\n");
        html.Raw($"<p class=\"note\">本页是 {Text(document.StatedBy)} 的陈述。验证结果以离线验证证据包为准。<br>This page is the statement of {Text(document.StatedBy)}. What counts is checking the evidence package offline.</p>\n");
        Record(html, document);
        Parts(html, document);
        Log(html, document);
        Anchor(html, document.Anchor);
        Statement(html, document.Statement);
        html.Raw("</body></html>\n");
        return html.ToUtf8();
    }

    private static void Record(HtmlRows html, PackageDocument document)
    {
        html.Open("档案记录 Record");
        html.Row("编号 Number", document.Seal.Record.ToString());
        var description = document.Metadata?.Description ?? RecordDescription.Empty;
        html.RowIfAny("题名 Title", description.Title);
        html.RowIfAny("全宗 Fonds", description.Fonds);
        html.RowIfAny("类别 Series", description.Series);
        html.RowIfAny("档号 File number", description.FileNumber);
        html.RowIfAny("保管期限 Retention period", description.RetentionPeriod);
        html.RowIfAny("密级 Security class", description.SecurityClass);
        html.Row("接收时间（保管方声明）Received, as the archive claims", VerdictText.Time(document.Seal.Received));
        html.RowIfAny("提交者 Submitter", document.Seal.Submitter);
        html.Row("封存 Seal, SHA-256", document.SealSha256.ToString(), code: true);
        html.Close();
    }

    private static void Parts(HtmlRows html, PackageDocument document)
    {
        html.Open("组成部分 Parts (SHA-256)");
        foreach (var part in document.Seal.Parts)
        {
            var label = document.Metadata?.Files.GetValueOrDefault(part.Name)?.DisplayName;
            var kind = string.Join(", ", new[] { part.Role.ToString().ToLowerInvariant(), part.Type, part.Of, label }.Where(static text => !string.IsNullOrEmpty(text)));
            html.Row($"{part.Name} ({kind}), {part.Size.ToString(CultureInfo.InvariantCulture)} bytes", part.Sha256.ToString(), code: true);
        }

        html.Close();
    }

    private static void Log(HtmlRows html, PackageDocument document)
    {
        var note = SignedNote.Parse(document.Proof.CheckpointNote);
        var checkpoint = Checkpoint.Parse(note.Text);
        html.Open("日志 Log");
        html.Row("日志 Log", checkpoint.Origin);
        html.Row("叶 Leaf", document.Proof.Leaf.ToString(CultureInfo.InvariantCulture));
        html.Row("检查点 Checkpoint, leaves", checkpoint.Size.ToString(CultureInfo.InvariantCulture));
        html.Row("根 Root", checkpoint.Root.ToString(), code: true);
        html.Row("签名行 Signature lines by", string.Join(", ", note.Signatures.Select(static signature => signature.Name)));
        html.Row("日志密钥 Log key", document.LogKey, code: true);
        html.Close();
    }

    private static void Anchor(HtmlRows html, AnchorProof? anchor)
    {
        html.Open("账本锚定 Anchor on the ledger");
        if (anchor is null) html.Row("状态 State", "已封存，尚未锚定 sealed, not yet anchored");
        else
        {
            html.Row("链 Chain id", anchor.ChainId.ToString(CultureInfo.InvariantCulture));
            html.Row("合约 Contract", anchor.Contract, code: true);
            html.Row("区块 Block", anchor.BlockNumber.ToString(CultureInfo.InvariantCulture));
            html.Row("区块哈希 Block hash", Hex.Of(anchor.BlockHash), code: true);
            html.Row("交易 Transaction", Hex.Of(anchor.TransactionHash), code: true);
        }

        html.Close();
    }

    private static void Statement(HtmlRows html, Verdict statement)
    {
        html.Open("保管方陈述的结论 Verdict that the archive states");
        html.Verdict("总体 Whole", statement.Whole);
        foreach (var (layer, outcome) in statement.Layers.OrderBy(static entry => entry.Key)) html.Verdict($"{VerdictText.Chinese(layer)} {VerdictText.English(layer)}", outcome);
        if (statement.ProvenNoLaterThan is { } time) html.Row("不晚于 No later than", VerdictText.Time(time));
        html.Row("trust.json", statement.TrustSha256 is { } sha256 ? $"SHA-256 {sha256}" : "无 none");
        html.Close();
        html.Raw("<h2>依据 What it rests on</h2>\n<ul>\n");
        foreach (var ground in statement.RestsOn) html.Raw($"<li>{Text(ground)}</li>\n");
        foreach (var finding in statement.Findings) html.Raw($"<li>{Text($"{finding.Code} [{VerdictText.English(finding.Layer)}] {finding.Subject}: {finding.Message}")}</li>\n");
        html.Raw("</ul>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}

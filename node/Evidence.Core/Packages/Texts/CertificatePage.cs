using System.Globalization;
using System.Text.Unicode;
using Evidence.Core.Chain;
using Evidence.Core.Seals;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages.Texts;

/// <summary>certificate.html: the certificate of preservation (存证证明), one printable page. It follows from the members of the package, and says whose statement it is.</summary>
internal static class CertificatePage
{
    private const int MaxParts = 8;

    private const string Style =
        "body{font:9.5pt/1.4 \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft YaHei\",sans-serif;max-width:190mm;margin:8mm auto;color:#111}"
        + "h1{font-size:17pt;text-align:center;margin:0 0 2mm}h2{font-size:11pt;border-bottom:1px solid #888;margin:4mm 0 1mm}"
        + "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.4mm 2mm;border-bottom:1px solid #ddd}"
        + "th{white-space:nowrap;font-weight:normal;color:#444;width:1%}td,p.c{font-size:8.5pt;overflow-wrap:anywhere}p{font-size:8.5pt;margin:1mm 0}"
        + "svg{float:right;width:38mm;height:38mm;margin:0 0 2mm 4mm}@media print{body{margin:0}@page{size:A4;margin:14mm}}";

    internal static byte[] Render(PackageFacts facts)
    {
        var text = CertificateText.Of(facts);
        var html = new HtmlRows();
        html.Lines(
            "<!DOCTYPE html>",
            $"<html lang=\"zh\"><head><meta charset=\"utf-8\"><title>存证证明 Certificate of preservation</title><style>{Style}</style></head><body>",
            "<h1>存证证明<br>Certificate of preservation</h1>",
            QrSymbol.Svg(text),
            "<p>本页由证据包中的数据得出，是保管方的陈述，不是验证结果；以验证者用其 trust.json 离线验证证据包的结果为准。</p>",
            "<p>This page follows from the data in the evidence package and is the archive's statement, not the result of a check. What counts is what a verifier finds offline in the package with a trust.json of their own.</p>");
        Table(html, "所证 What is claimed", () => Claims(html, facts));
        Table(html, "依据 On what it rests", () => Rests(html, facts));
        Table(html, "各层结论 Verdict of each layer", () => Layers(html, facts));
        html.Lines("<h2>核对 How to check this paper</h2>", $"<p>evidence-verify PACKAGE.zip --trust trust.json --certificate \"{text}\"</p>", "</body></html>");
        return html.ToUtf8();
    }

    private static void Table(HtmlRows html, string title, Action rows)
    {
        html.Lines($"<h2>{title}</h2>", "<table>");
        rows();
        html.Lines("</table>");
    }

    private static void Claims(HtmlRows html, PackageFacts facts)
    {
        if (facts is { Count: 1, FirstSeal: { } seal }) Record(html, seal, facts);
        else Records(html, facts);
    }

    private static void Record(HtmlRows html, Seal seal, PackageFacts facts)
    {
        html.Row("编号 Record", facts.Listed[0].Record.ToString());
        Description(html, facts.FirstMetadata?.Description ?? RecordDescription.Empty);
        html.Row("接收时间（保管方声明） Received, as the archive claims", seal.Received.ToString(SealText.TimeFormat, CultureInfo.InvariantCulture));
        html.RowIfAny("提交者 Submitter", seal.Submitter);
        html.Row("封存 Seal, SHA-256", facts.Listed[0].SealSha256.ToString());
        foreach (var part in seal.Parts.Take(MaxParts)) html.Row("组成部分 Part", Part(part, facts.FirstMetadata?.Files.GetValueOrDefault(part.Name)));
        if (seal.Parts.Count > MaxParts) html.Row("组成部分 Parts", $"共 {Number(seal.Parts.Count)} 项 {Number(seal.Parts.Count)} in all");
    }

    private static void Description(HtmlRows html, RecordDescription description)
    {
        html.RowIfAny("题名 Title", description.Title);
        html.RowIfAny("全宗 Fonds", description.Fonds);
        html.RowIfAny("类别 Series", description.Series);
        html.RowIfAny("档号 File number", description.FileNumber);
        html.RowIfAny("保管期限 Retention period", description.RetentionPeriod);
        html.RowIfAny("密级 Security class", description.SecurityClass);
    }

    private static string Part(SealPart part, FileLabel? file)
    {
        var text = $"{part.Name} {RoleNames.Of(part.Role)}, {Number(part.Size)} bytes, SHA-256 {part.Sha256}";
        return file is { Name.Length: > 0 } && Utf8.IsValid(file.Name) ? $"{text}, {file.DisplayName}" : text;
    }

    private static void Records(HtmlRows html, PackageFacts facts)
    {
        html.Row("档案记录数 Records", Number(facts.Count));
        html.Row("清单 List, SHA-256", facts.List.ToString());
        foreach (var record in facts.Listed) html.Row("档案记录 Record", $"{record.Record}, 叶 leaf {Number(record.Leaf)}, SHA-256 of seal {record.SealSha256}");
        if (facts.Count > PackageFacts.MaxListed) html.Row("档案记录 Records", $"共 {Number(facts.Count)} 份 {Number(facts.Count)} in all");
    }

    private static void Rests(HtmlRows html, PackageFacts facts)
    {
        html.Row("日志 Log", facts.Checkpoint.Origin);
        html.Row("日志密钥 Log key", facts.LogKey);
        if (facts.Count == 1) html.Row("叶 Leaf", Number(facts.Listed[0].Leaf));
        html.Row("检查点 Checkpoint", $"{Number(facts.Checkpoint.Size)} 叶 leaves");
        html.Row("根 Root", facts.Checkpoint.Root.ToString());
        if (facts.Anchor is { } anchor) Anchor(html, anchor);
        else html.Row("锚定 Anchor", "已封存，尚未锚定 sealed, not yet anchored");
    }

    private static void Anchor(HtmlRows html, AnchorProof anchor)
    {
        html.Row("链 Chain id", Number(anchor.ChainId));
        html.Row("合约 Contract", anchor.Contract);
        html.Row("区块 Block", Number(anchor.BlockNumber));
        html.Row("区块哈希 Block hash", Hex.Of(anchor.BlockHash));
    }

    private static void Layers(HtmlRows html, PackageFacts facts)
    {
        var layers = StatementText.Layers(facts);
        void Layer(string label, Layer layer, string sentence) => html.Row(label, $"{VerdictText.Label(layers[layer])}: {sentence}");
        Layer("内容 Content", Verification.Layer.Content, "制包时读取了每一组成部分，均为封存所列。 Every part was read when the package was made, and is the one that the seal names.");
        Layer("封存 Seal", Verification.Layer.Seal, "封存格式正确，且属于该记录。 The seal is in canonical form and of this record.");
        Layer("签名 Signature", Verification.Layer.Signature, facts.Signed == 0 ? "记录未附签名。 The records carry no signature." : "由验证者按其信任的根证书判定。 To be judged under the roots that the verifier trusts.");
        Layer("日志 Log", Verification.Layer.Log, "封存已列入日志检查点。 The seal is proven to be in the log's checkpoint.");
        Layer("账本 Ledger", Verification.Layer.Ledger, "由验证者按其 trust.json 判定。 To be judged with the verifier's trust.json.");
        html.Row("总体 Whole", $"{VerdictText.Label(Outcome.Undetermined)}: 在验证者判定之前不作结论。 Nothing is concluded before the verifier has judged.");
    }

    private static string Number<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}

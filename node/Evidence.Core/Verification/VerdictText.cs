using System.Globalization;
using System.Text;

namespace Evidence.Core.Verification;

/// <summary>Verdicts in words, Chinese and English.</summary>
public static class VerdictText
{
    /// <summary>一致, 不一致, 无法判定; 无 for <see cref="Outcome.None"/>.</summary>
    public static string Chinese(Outcome outcome) => outcome switch
    {
        Outcome.Intact => "一致",
        Outcome.Altered => "不一致",
        Outcome.None => "无",
        _ => "无法判定",
    };

    /// <summary>INTACT, ALTERED, UNDETERMINED; NONE for <see cref="Outcome.None"/>.</summary>
    public static string English(Outcome outcome) => outcome switch
    {
        Outcome.Intact => "INTACT",
        Outcome.Altered => "ALTERED",
        Outcome.None => "NONE",
        _ => "UNDETERMINED",
    };

    /// <summary>Both: "INTACT 一致".</summary>
    public static string Label(Outcome outcome) => $"{English(outcome)} {Chinese(outcome)}";

    /// <summary>The Chinese name of a layer: 内容, 封存, 签名, 日志, 账本, 存储, 证据包, 事件.</summary>
    public static string Chinese(Layer layer) => layer switch
    {
        Layer.Content => "内容",
        Layer.Seal => "封存",
        Layer.Signature => "签名",
        Layer.Log => "日志",
        Layer.Ledger => "账本",
        Layer.Storage => "存储",
        Layer.Events => "事件",
        _ => "证据包",
    };

    /// <summary>The English name of a layer in lower case.</summary>
    public static string English(Layer layer) => layer.ToString().ToLowerInvariant();

    /// <summary>The whole verdict as lines of text for a person: outcome, layers, what it rests on, every finding.</summary>
    public static string Render(Verdict verdict)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Label(verdict.Whole)}  {verdict.Record}\n");
        foreach (var (layer, outcome) in verdict.Layers.OrderBy(static entry => entry.Key))
            text.Append(CultureInfo.InvariantCulture, $"  {English(layer),-10} {Chinese(layer)}  {Label(outcome)}\n");
        foreach (var ground in verdict.RestsOn) text.Append(CultureInfo.InvariantCulture, $"  rests on: {PlainText.Of(ground)}\n");
        if (verdict.ProvenNoLaterThan is { } time) text.Append(CultureInfo.InvariantCulture, $"  proven no later than 不晚于: {Time(time)}\n");
        text.Append(CultureInfo.InvariantCulture, $"  trust.json: {(verdict.TrustSha256 is { } sha256 ? $"SHA-256 {sha256}" : "none 无")}\n");
        foreach (var finding in verdict.Findings) Append(text, finding);
        return text.ToString();
    }

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A finding as lines; <paramref name="of"/> says of what among several.</summary>
    internal static void Append(StringBuilder text, Finding finding, string of = "")
    {
        text.Append(CultureInfo.InvariantCulture, $"  {finding.Code} {Name(finding.Severity)} [{English(finding.Layer)}]{of} {PlainText.Of($"{finding.Subject}: {finding.Message}")}\n");
        if (finding.Expected is not null) text.Append(CultureInfo.InvariantCulture, $"       expected {PlainText.Of(finding.Expected)}\n");
        if (finding.Actual is not null) text.Append(CultureInfo.InvariantCulture, $"       found    {PlainText.Of(finding.Actual)}\n");
    }

    private static string Name(Severity severity) => severity.ToString().ToLowerInvariant();
}

namespace Evidence.Core.Verification;

/// <summary>Verdicts in words, Chinese and English.</summary>
public static class VerdictText
{
    /// <summary>一致, 不一致, 无法判定; 无 for <see cref="Outcome.None"/>.</summary>
    public static string Chinese(Outcome outcome) => throw new NotImplementedException();

    /// <summary>INTACT, ALTERED, UNDETERMINED; NONE for <see cref="Outcome.None"/>.</summary>
    public static string English(Outcome outcome) => throw new NotImplementedException();

    /// <summary>Both: "INTACT 一致".</summary>
    public static string Label(Outcome outcome) => $"{English(outcome)} {Chinese(outcome)}";

    /// <summary>The Chinese name of a layer: 内容, 封存, 签名, 日志, 账本, 存储, 证据包.</summary>
    public static string Chinese(Layer layer) => throw new NotImplementedException();

    /// <summary>The English name of a layer in lower case.</summary>
    public static string English(Layer layer) => throw new NotImplementedException();

    /// <summary>The whole verdict as lines of text for a person: outcome, layers, what it rests on, every finding.</summary>
    public static string Render(Verdict verdict) => throw new NotImplementedException();
}

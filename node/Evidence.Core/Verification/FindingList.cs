namespace Evidence.Core.Verification;

/// <summary>Collects what a check of one layer finds, and what it could confirm.</summary>
internal sealed class FindingList(Layer layer)
{
    /// <summary>UTF-16 units that are kept of a text in a finding or a ground: an archive can make one that quotes it as long as it likes.</summary>
    internal const int MaxText = 2000;

    private readonly List<Finding> _findings = [];
    private readonly List<string> _restsOn = [];

    internal Layer Layer => layer;

    internal IReadOnlyList<Finding> Findings => _findings;

    internal IReadOnlyList<string> RestsOn => _restsOn;

    internal bool HasError => _findings.Any(static finding => finding.Severity == Severity.Error);

    internal bool HasWarning => _findings.Any(static finding => finding.Severity == Severity.Warning);

    internal void Error(string code, string subject, string message, string? expected = null, string? actual = null) =>
        Add(Severity.Error, code, subject, message, expected, actual);

    internal void Warning(string code, string subject, string message, string? expected = null, string? actual = null) =>
        Add(Severity.Warning, code, subject, message, expected, actual);

    internal void Info(string code, string subject, string message) =>
        Add(Severity.Info, code, subject, message, null, null);

    internal void Ground(string sentence) => _restsOn.Add(Cut(sentence));

    internal void Add(IEnumerable<Finding> findings) => _findings.AddRange(findings);

    private void Add(Severity severity, string code, string subject, string message, string? expected, string? actual) =>
        _findings.Add(new Finding(code, severity, layer, Cut(subject), Cut(message), expected is null ? null : Cut(expected), actual is null ? null : Cut(actual)));

    private static string Cut(string text) => text.Length <= MaxText ? text : $"{text.AsSpan(0, MaxText)}…";
}

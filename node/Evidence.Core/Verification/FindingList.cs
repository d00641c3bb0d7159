namespace Evidence.Core.Verification;

/// <summary>Collects what a check of one layer finds, and what it could confirm.</summary>
internal sealed class FindingList(Layer layer)
{
    private readonly List<Finding> _findings = [];
    private readonly List<string> _restsOn = [];

    internal Layer Layer => layer;

    internal IReadOnlyList<Finding> Findings => _findings;

    internal IReadOnlyList<string> RestsOn => _restsOn;

    internal bool HasError => _findings.Any(static finding => finding.Severity == Severity.Error);

    internal bool HasWarning => _findings.Any(static finding => finding.Severity == Severity.Warning);

    internal void Error(string code, string subject, string message, string? expected = null, string? actual = null) =>
        _findings.Add(new Finding(code, Severity.Error, layer, subject, message, expected, actual));

    internal void Warning(string code, string subject, string message, string? expected = null, string? actual = null) =>
        _findings.Add(new Finding(code, Severity.Warning, layer, subject, message, expected, actual));

    internal void Info(string code, string subject, string message) =>
        _findings.Add(new Finding(code, Severity.Info, layer, subject, message));

    internal void Ground(string sentence) => _restsOn.Add(sentence);

    internal void Add(IEnumerable<Finding> findings) => _findings.AddRange(findings);

}

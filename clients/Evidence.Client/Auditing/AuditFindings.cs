using System.Globalization;
using Evidence.Core.Verification;

namespace Evidence.Client.Auditing;

/// <summary>Collects what an audit finds. What is found of many anchors alike is said once, with the number of them.</summary>
internal sealed class AuditFindings
{
    private readonly List<Finding> _all = [];
    private readonly Dictionary<(string Code, string Subject), int> _repeated = [];

    internal void Error(string code, Layer layer, string subject, string message, string? expected = null, string? actual = null) =>
        Add(new Finding(code, Severity.Error, layer, subject, message, expected, actual));

    internal void Warning(string code, Layer layer, string subject, string message, string? expected = null, string? actual = null) =>
        Add(new Finding(code, Severity.Warning, layer, subject, message, expected, actual));

    internal void Add(Finding finding) => _all.Add(finding);

    /// <summary>Takes what the check of one of many anchors found; of those that are alike, the first stands for all.</summary>
    internal void AddOfMany(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings)
        {
            var key = (finding.Code, finding.Subject);
            if (!_repeated.TryAdd(key, 1)) _repeated[key]++;
            else _all.Add(finding);
        }
    }

    internal IReadOnlyList<Finding> All => [.. _all.Select(Counted)];

    internal Outcome OutcomeIf(bool isComplete) =>
        _all.Exists(finding => finding.Severity == Severity.Error) ? Outcome.Altered
        : isComplete && !_all.Exists(finding => finding.Severity == Severity.Warning) ? Outcome.Intact
        : Outcome.Undetermined;

    private Finding Counted(Finding finding) => _repeated.TryGetValue((finding.Code, finding.Subject), out var count) && count > 1
        ? finding with { Message = string.Create(CultureInfo.InvariantCulture, $"{finding.Message} (The first of {count} of this kind.)") }
        : finding;
}

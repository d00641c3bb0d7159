using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>All that was found in a package: the first findings themselves, of the others how many and their codes. A hostile package cannot make it grow.</summary>
internal sealed class PackageFindings(int maxKept)
{
    private readonly List<PackageFinding> _kept = [];
    private readonly SortedSet<string> _codes = new(StringComparer.Ordinal);

    internal IReadOnlyList<PackageFinding> Kept => _kept;

    /// <summary>How many findings are not among those kept.</summary>
    internal long LeftOut { get; private set; }

    /// <summary>The codes of all findings that are warnings or errors.</summary>
    internal IReadOnlyCollection<string> Codes => _codes;

    /// <summary>The gravest finding about the container; info when there is none.</summary>
    internal Severity WorstOfContainer { get; private set; }

    /// <summary>The gravest finding about the event history; info when there is none.</summary>
    internal Severity WorstOfEvents { get; private set; }

    internal void Error(string code, string subject, string message, string? expected = null, string? actual = null) =>
        Add(new Finding(code, Severity.Error, Layer.Package, subject, message, expected, actual));

    internal void Warning(string code, string subject, string message, string? expected = null, string? actual = null) =>
        Add(new Finding(code, Severity.Warning, Layer.Package, subject, message, expected, actual));

    internal void Add(Finding finding, RecordId? record = null)
    {
        if (finding.Severity != Severity.Info) _codes.Add(finding.Code);
        if (finding.Layer == Layer.Package && finding.Severity > WorstOfContainer) WorstOfContainer = finding.Severity;
        if (finding.Layer == Layer.Events && finding.Severity > WorstOfEvents) WorstOfEvents = finding.Severity;
        if (_kept.Count < maxKept) _kept.Add(new PackageFinding(finding, record));
        else LeftOut++;
    }
}

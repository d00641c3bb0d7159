using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>Sums up the verdicts of a package's records, with the same memory for any number of them.</summary>
internal sealed class PackageTally(PackageLimits limits, PackageFindings list)
{
    private static readonly Layer[] RecordLayers = [Layer.Content, Layer.Seal, Layer.Signature, Layer.Log, Layer.Ledger];

    private readonly Dictionary<Layer, Outcome> _worst = [];
    private readonly List<Verdict> _verdicts = [];
    private DateTimeOffset? _latest;
    private bool _unproven;
    private int _room = limits.MaxFindings;

    internal RecordCounts Records { get; private set; }

    internal IReadOnlyList<Verdict> Verdicts => _verdicts;

    /// <summary>The latest of the times that are proven, when one is for every record.</summary>
    internal DateTimeOffset? ProvenNoLaterThan => _unproven ? null : _latest;

    internal void Add(Verdict verdict)
    {
        Records = Records.With(verdict.Whole);
        foreach (var (layer, outcome) in verdict.Layers) _worst[layer] = Worse(_worst.GetValueOrDefault(layer, Outcome.None), outcome);
        foreach (var finding in verdict.Findings) list.Add(finding, verdict.Record);
        if (_verdicts.Count < limits.MaxVerdicts) Keep(verdict);
        if (verdict.ProvenNoLaterThan is not { } time) _unproven = true;
        else if (_latest is null || time > _latest) _latest = time;
    }

    /// <summary>With no more findings over all the verdicts than are kept of the package.</summary>
    private void Keep(Verdict verdict)
    {
        var kept = verdict.Findings.Count <= _room ? verdict.Findings : [.. verdict.Findings.Take(_room)];
        _room -= kept.Count;
        _verdicts.Add(verdict with { Findings = kept });
    }

    /// <summary>The worst of each layer over the records; nothing was checked where there is no record.</summary>
    internal Dictionary<Layer, Outcome> Layers(Outcome container, Outcome? events = null)
    {
        var layers = RecordLayers.ToDictionary(static layer => layer, layer => Records.Count == 0 ? Outcome.Undetermined : _worst[layer]);
        layers[Layer.Package] = container;
        if (events is { } history) layers[Layer.Events] = history;
        return layers;
    }

    internal Outcome Whole(Outcome container, Outcome? events = null) => Worse(Worse(container, events ?? Outcome.None), Records switch
    {
        { Altered: > 0 } => Outcome.Altered,
        { Undetermined: > 0 } or { Count: 0 } => Outcome.Undetermined,
        _ => Outcome.Intact,
    });

    private static Outcome Worse(Outcome left, Outcome right) => Weight(left) >= Weight(right) ? left : right;

    private static int Weight(Outcome outcome) => outcome switch
    {
        Outcome.Altered => 3,
        Outcome.Undetermined => 2,
        Outcome.Intact => 1,
        _ => 0,
    };
}

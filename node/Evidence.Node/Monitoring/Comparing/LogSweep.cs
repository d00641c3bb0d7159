using Evidence.Core.Events;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Judging;
using Evidence.Storage;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>What one pass over one log found.</summary>
/// <param name="Store">The log.</param>
/// <param name="Size">Leaves that were compared: those of the checkpoint when the pass began.</param>
internal sealed record LogSweep(LogStore Store, ulong Size)
{
    private readonly List<Fault> _faults = [];
    private readonly List<Finding> _remarks = [];
    private readonly HashSet<Scope> _passed = [];

    internal string Origin => Store.Origin;

    /// <summary>The log as it must have been.</summary>
    internal required JudgedTree Tree { get; init; }

    /// <summary>What the two carriers of the leaf hashes say.</summary>
    internal required LeafTable Leaves { get; init; }

    /// <summary>Leaves whose record is damaged, missing or not the one that the log holds, as the volumes themselves show it.</summary>
    internal IReadOnlyList<LeafRange> Unsound { get; set; } = [];

    /// <summary>Roots that stand above the log, in the order of trust.</summary>
    internal IReadOnlyList<TrustedRoot> Trusted { get; set; } = [];

    internal IReadOnlyList<Fault> Faults => _faults;

    /// <summary>Findings that are no fault of this log: a read that differed once, a ledger that did not answer.</summary>
    internal IReadOnlyList<Finding> Remarks => _remarks;

    /// <summary>Parts that were looked at to the end, whatever was found.</summary>
    internal IReadOnlySet<Scope> Completed => _passed;

    /// <summary>Whether the volumes hold everything that they must.</summary>
    internal bool VolumesAgree => !_faults.Exists(fault => Causes.ScopeOf(fault.Cause) == Scope.Volumes);

    internal void Add(Fault fault) => _faults.Add(fault);

    internal void Remark(Finding finding) => _remarks.Add(finding);

    internal void Complete(Scope scope) => _passed.Add(scope);
}

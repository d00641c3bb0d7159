using Evidence.Core.Verification;

namespace Evidence.Storage.Recovery;

/// <summary>How far a volume is taken in, and what was met on the way.</summary>
/// <param name="covered">How far the index covered it before.</param>
internal sealed class IntakeProgress(VolumeState covered)
{
    private readonly List<Finding> _findings = [];
    private readonly List<Finding> _doubtful = [];

    /// <summary>The volume up to the last item that was taken.</summary>
    internal VolumeState State { get; private set; } = covered;

    /// <summary>Records that were taken.</summary>
    internal int Taken { get; private set; }

    /// <summary>Whole records that were not taken, since they follow something that is none.</summary>
    internal int PassedOver { get; private set; }

    /// <summary>Damage that something followed which must be there.</summary>
    internal IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Whether damage lies behind the last item that was taken: a torn end, or more.</summary>
    internal bool IsInDoubt => _doubtful.Count > 0;

    /// <summary>Whether closing members follow what was passed over: the volume was synced before they were written, so that its end was not torn.</summary>
    internal bool WasClosed { get; private set; }

    internal void Damaged(WalkedItem item)
    {
        _doubtful.AddRange(item.Findings);
        WasClosed |= PassedOver > 0 && item.Kind == WalkedKind.Closing;
    }

    internal void PassOver(WalkedItem item)
    {
        PassedOver++;
        WasClosed |= item.Kind == WalkedKind.Closing;
    }

    /// <summary>Goes on behind an item: what was damaged before it is no torn end.</summary>
    internal VolumeState Take(WalkedItem item)
    {
        _findings.AddRange(_doubtful);
        _doubtful.Clear();
        if (item.Record is not null) Taken++;
        return State = State with { DurableLength = item.Offset + item.Length, Closed = State.Closed || item.Kind == WalkedKind.Closing };
    }
}

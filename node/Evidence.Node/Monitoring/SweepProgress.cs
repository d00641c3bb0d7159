using Evidence.Core.Events;
using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring;

/// <summary>Counts what a sweep does, and tells it to the book often enough to be watched.</summary>
internal sealed class SweepProgress(SweepBook book, SweepState begun)
{
    private const long BytesBetweenNews = 4 << 20;
    private readonly Lock _gate = new();
    private readonly SweepCounts _counts = new();
    private readonly HashSet<Finding> _seen = [];
    private readonly List<Finding> _findings = [];
    private SweepState _state = begun;
    private long _told;

    internal SweepState State
    {
        get { lock (_gate) return _state; }
    }

    internal void Enter(SweepStage stage) => Change(state => state with { Stage = stage }, tell: true);

    internal void Expect(long bytes) => Change(state => state with { BytesTotal = state.BytesTotal + bytes }, tell: true);

    /// <summary>So many bytes of a volume were read in this pass over it.</summary>
    internal void Read(string log, uint volume, long bytes) => Change(state => _counts.Read(state, log, volume, bytes), tell: false);

    /// <summary>A volume was left out that a sweep which was cut off had found in order.</summary>
    internal void Kept(string log, uint volume, long bytes, long records) => Change(state => _counts.Kept(state, log, volume, bytes, records), tell: false);

    /// <summary>So many records of a volume were compared in this pass over it.</summary>
    internal void Checked(string log, uint volume, long records) => Change(state => _counts.Checked(state, log, volume, records), tell: false);

    /// <summary>These records of a log are damaged.</summary>
    internal void Damaged(string log, IReadOnlyList<LeafRange> leaves) => Change(state => _counts.Damaged(state, log, leaves), tell: true);

    internal void Repaired() => Change(state => state with { Repaired = state.Repaired + 1 }, tell: true);

    internal void CacheNotExcluded() => Change(state => state with { CacheExcluded = false }, tell: false);

    /// <summary>Takes findings into the report, each once.</summary>
    internal void Found(IEnumerable<Finding> findings)
    {
        lock (_gate)
        {
            foreach (var finding in findings)
            {
                if (_findings.Count >= SweepState.MaxFindings) _state = _state with { FindingsTotal = _state.FindingsTotal + 1 };
                else if (_seen.Add(finding)) _findings.Add(finding);
            }
            var beyond = _state.FindingsTotal - _state.Findings.Count;
            _state = _state with { Findings = [.. _findings], FindingsTotal = _findings.Count + beyond };
        }
    }

    private void Change(Func<SweepState, SweepState> change, bool tell)
    {
        SweepState state;
        lock (_gate)
        {
            state = _state = change(_state);
            if (!tell && state.BytesRead - _told < BytesBetweenNews) return;
            _told = state.BytesRead;
        }
        book.Update(state);
    }
}

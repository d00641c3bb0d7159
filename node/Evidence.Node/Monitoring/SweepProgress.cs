using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring;

/// <summary>Counts what a sweep does, and tells it to the book often enough to be watched.</summary>
internal sealed class SweepProgress(SweepBook book, SweepState begun)
{
    private const long BytesBetweenNews = 4 << 20;
    private readonly Lock _gate = new();
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

    internal void Read(long bytes) => Change(state => state with { BytesRead = state.BytesRead + bytes }, tell: false);

    /// <summary>Counts a volume that a sweep which was cut off had found in order.</summary>
    internal void Kept(long bytes, long records) => Change(state => state with { BytesKept = state.BytesKept + bytes, RecordsKept = state.RecordsKept + records }, tell: false);

    internal void Checked(long records) => Change(state => state with { RecordsChecked = state.RecordsChecked + records }, tell: false);

    internal void Damaged(long records) => Change(state => state with { RecordsDamaged = state.RecordsDamaged + records }, tell: true);

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

namespace Evidence.Storage.Reindexing;

/// <summary>Counts what several threads do and says it now and then.</summary>
internal sealed class ProgressCount(IProgress<ReindexProgress> progress, string origin, ReindexStage stage, long total, long every)
{
    internal const long Bytes = 8 << 20; // between two reports
    internal const long Leaves = 10_000;

    private long _done;
    private long _said;

    internal void Add(long amount)
    {
        var done = Interlocked.Add(ref _done, amount);
        var said = Interlocked.Read(ref _said);
        if (done < total && done - said < every) return;
        if (Interlocked.CompareExchange(ref _said, done, said) == said) progress.Report(new ReindexProgress(origin, stage, done, total));
    }
}

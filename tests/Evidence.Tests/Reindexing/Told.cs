using Evidence.Storage.Reindexing;

namespace Evidence.Tests.Reindexing;

/// <summary>Hears of progress at once, on the thread that makes it, one at a time.</summary>
internal sealed class Told(Action<ReindexProgress> hear) : IProgress<ReindexProgress>
{
    private readonly Lock _lock = new();

    public void Report(ReindexProgress value)
    {
        lock (_lock) hear(value);
    }
}

namespace Evidence.Storage.Appending;

/// <summary>Memory that many share: who finds none left has to do without.</summary>
internal sealed class MemoryBudget(long most)
{
    private long _taken;

    /// <summary>Takes so many bytes, or none when they are not there.</summary>
    internal bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= most) return true;
        GiveBack(bytes);
        return false;
    }

    internal void GiveBack(long bytes) => Interlocked.Add(ref _taken, -bytes);
}

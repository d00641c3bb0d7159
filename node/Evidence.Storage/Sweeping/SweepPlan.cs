namespace Evidence.Storage.Sweeping;

/// <summary>What the volumes of one log are read for in one pass.</summary>
/// <param name="seed">What is compared with the index, and how.</param>
/// <param name="spend">Told of every stretch before it is read, in bytes; waits as long as reading is to wait.</param>
public sealed class SweepPlan(SweepSeed seed, Func<int, CancellationToken, ValueTask> spend)
{
    /// <summary>Leaves below it are held to the index.</summary>
    public ulong Size => seed.Size;

    /// <summary>Key of the fingerprints.</summary>
    internal EntryKey Key => seed.Key;

    /// <summary>Waits as long as reading is to wait. On a thread that may wait.</summary>
    internal void Spend(int bytes, CancellationToken ct)
    {
        var spending = spend(bytes, ct);
        if (spending.IsCompletedSuccessfully) spending.GetAwaiter().GetResult();
        else spending.AsTask().GetAwaiter().GetResult();
    }
}

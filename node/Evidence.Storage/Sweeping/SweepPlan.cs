namespace Evidence.Storage.Sweeping;

/// <summary>What the volumes of one log are read for in one pass.</summary>
/// <param name="size">Leaves below it are held to the index: those that were in the log before the pass began.</param>
/// <param name="spend">Told of every stretch before it is read, in bytes; waits as long as reading is to wait.</param>
public sealed class SweepPlan(ulong size, Func<int, CancellationToken, ValueTask> spend)
{
    /// <summary>Leaves below it are held to the index.</summary>
    public ulong Size => size;

    /// <summary>Key of the fingerprints.</summary>
    internal EntryKey Key { get; } = EntryKey.New();

    internal ValueTask SpendAsync(int bytes, CancellationToken ct) => spend(bytes, ct);
}

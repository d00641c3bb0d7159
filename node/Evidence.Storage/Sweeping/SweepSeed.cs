namespace Evidence.Storage.Sweeping;

/// <summary>What stays the same of a pass when another process goes on with it.</summary>
/// <param name="Size">Leaves below it are held to the index: those that were in the log before the pass began.</param>
/// <param name="Key">Key of the fingerprints; nobody else may know it before the pass ends.</param>
public sealed record SweepSeed(ulong Size, EntryKey Key)
{
    /// <summary>A fresh one.</summary>
    public static SweepSeed New(ulong size) => new(size, EntryKey.New());
}

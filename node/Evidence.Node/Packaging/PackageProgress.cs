namespace Evidence.Node.Packaging;

/// <summary>How far a package is; written by one thread and read by another.</summary>
internal sealed class PackageProgress
{
    private long _records, _leaf;

    /// <summary>Records that are written.</summary>
    internal ulong Records => (ulong)Interlocked.Read(ref _records);

    /// <summary>The last leaf that was written.</summary>
    internal ulong Leaf => (ulong)Interlocked.Read(ref _leaf);

    internal void Report(ulong leaf)
    {
        Interlocked.Exchange(ref _leaf, (long)leaf);
        Interlocked.Increment(ref _records);
    }
}

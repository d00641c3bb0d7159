namespace Evidence.Storage.Volumes;

/// <summary>Reads a volume from end to end and accounts for every byte of it.</summary>
public static class VolumeWalker
{
    /// <summary>Walks a volume. The items come in order, side by side, up to the volume's (expected) end; damage ends no walk.</summary>
    /// <param name="source">Where the bytes are read.</param>
    /// <param name="walk">What they are compared with.</param>
    /// <param name="ct">Ends the walk with <see cref="OperationCanceledException"/>.</param>
    public static IAsyncEnumerable<WalkedItem> WalkAsync(IVolumeSource source, VolumeWalk walk, CancellationToken ct) => throw new NotImplementedException();
}

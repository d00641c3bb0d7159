using Evidence.Bench.Goals;

namespace Evidence.Bench.Nodes;

/// <summary>A folder on a file system in memory: what is read there is read as from a cache that holds everything, and a sweep that reads past the cache reads it too.</summary>
internal sealed class MemoryDisk : IDisposable
{
    private const string Root = "/dev/shm";

    private MemoryDisk(string path) => Path = path;

    /// <summary>The folder; it is empty.</summary>
    internal string Path { get; }

    /// <summary>Makes it.</summary>
    /// <exception cref="NotMeasuredException">There is no such file system with this much room.</exception>
    internal static MemoryDisk Make(long bytes)
    {
        if (!Directory.Exists(Root) || new DriveInfo(Root).AvailableFreeSpace < bytes) throw new NotMeasuredException($"{Root} has no room for {bytes:N0} bytes");
        var path = System.IO.Path.Combine(Root, $"evidence-bench-{Guid.NewGuid():N}");
        return new MemoryDisk(Directory.CreateDirectory(path).FullName);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

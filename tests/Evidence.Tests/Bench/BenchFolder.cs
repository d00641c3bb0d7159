namespace Evidence.Tests.Bench;

/// <summary>A folder that is removed at the end of a test.</summary>
internal sealed class BenchFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("evidence-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

namespace Evidence.Tests.Nodes;

/// <summary>A folder of its own under the system's temporary folder, removed at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("evidence-test-").FullName;

    internal string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

namespace Evidence.Storage.Durable;

/// <summary>A node's data folder, held by one process at a time: <c>LOCK</c> is locked (flock) until disposal or the process's end.</summary>
public sealed class DataFolder : IDisposable
{
    /// <summary>Takes the folder, creating it (0700) where it is not there.</summary>
    /// <exception cref="DataFolderInUseException">Another process, or another part of this one, has it open.</exception>
    public static DataFolder Open(string path) => throw new NotImplementedException();

    /// <summary>Full path.</summary>
    public string Path => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}

namespace Evidence.Storage.Durable;

/// <summary>Small files as the medium has them.</summary>
public static class MediumFile
{
    /// <summary>Reads a whole file past the page cache.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cacheExcluded">False where the file system cannot: then the page cache may have answered.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="DirectoryNotFoundException">Its folder is not there.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadAll(string path, out bool cacheExcluded)
    {
        using var reader = new MediumReader(path, fromMedium: true);
        var bytes = new byte[reader.Length];
        var at = 0;
        for (int read; at < bytes.Length && (read = reader.Read(bytes.AsSpan(at), at)) > 0;) at += read;
        cacheExcluded = reader.CacheExcluded;
        return at == bytes.Length ? bytes : bytes[..at];
    }
}

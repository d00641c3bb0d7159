namespace Evidence.Core;

/// <summary>Opens the files that somebody names to a verifier.</summary>
public static class NamedFile
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Opens a file that is read from its start, and parts of it once more.</summary>
    /// <exception cref="NamedFileException">It cannot be opened, or is a folder, a pipe or a device.</exception>
    public static FileStream Open(string path) => Checked(path, static path =>
    {
        RegularFile.Check(path);
        if (Directory.Exists(path)) throw new IOException($"{path} is a folder");
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
    });

    /// <summary>Reads a small file, whatever size it states, or what a pipe gives that the shell has opened: /dev/stdin, and <c>&lt;(command)</c>. A pipe with a name of its own is refused: nobody may ever open its other end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The most bytes that it may have.</param>
    /// <exception cref="NamedFileException">It cannot be read, is larger, or is a pipe or a device by a name of its own.</exception>
    public static byte[] Read(string path, int maxBytes) => Checked(path, path =>
    {
        if (!IsHandedOver(path)) RegularFile.Check(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var bytes = new MemoryStream();
        var buffer = new byte[BufferBytes];
        while (file.Read(buffer) is > 0 and var read)
        {
            if (bytes.Length + read > maxBytes) throw new IOException($"{path} has more than {maxBytes} bytes");
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    });

    private static bool IsHandedOver(string path) => path == "/dev/stdin" || path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal);

    private static T Checked<T>(string path, Func<string, T> open)
    {
        try
        {
            return open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new NamedFileException(path.Length == 0 ? "the name of a file is empty" : e.Message, e);
        }
    }
}

/// <summary>A file that somebody named cannot be opened or read: a matter of the command, and nothing was judged.</summary>
/// <param name="message">Names the file, and what is wrong with it.</param>
/// <param name="inner">What opening it came to.</param>
public sealed class NamedFileException(string message, Exception inner) : IOException(message, inner);

using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Durable;

/// <summary>Reads from files at an offset.</summary>
internal static class FileReads
{
    /// <summary>Opens a file that may grow, be renamed or removed meanwhile.</summary>
    internal static SafeFileHandle Open(string path, FileOptions options = FileOptions.None) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, options);

    /// <summary>Reads until the buffer is full or the file ends; the number of bytes read.</summary>
    internal static int ReadFully(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = RandomAccess.Read(file, buffer[total..], offset + total);
            if (read == 0) break;
            total += read;
        }

        return total;
    }
}

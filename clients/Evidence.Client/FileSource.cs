using Microsoft.Win32.SafeHandles;

namespace Evidence.Client;

/// <summary>A file whose bytes become a part. A small one is read at once, without the stream that a large one is sent from.</summary>
internal sealed class FileSource(string path)
{
    internal Stream Open() => new FileStream(path, new FileStreamOptions
    {
        BufferSize = 0, // the reader has a buffer of its own
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
    });

    /// <summary>Fills the buffer as far as the file goes. A buffer of one byte more than is wanted tells whether there is more.</summary>
    /// <returns>Bytes read.</returns>
    internal int Read(Span<byte> buffer)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        var read = 0;
        for (int some; read < buffer.Length - 1 && (some = RandomAccess.Read(file, buffer[read..], read)) > 0;) read += some;
        return read;
    }
}

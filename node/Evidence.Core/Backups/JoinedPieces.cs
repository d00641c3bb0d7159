using Evidence.Core.Volumes;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Core.Backups;

/// <summary>A volume as the files give it that hold its pieces.</summary>
internal sealed class JoinedPieces : IVolumeSource, IDisposable
{
    private readonly IReadOnlyList<(long From, string Path)> _pieces;
    private (string Path, SafeFileHandle Handle)? _open;

    internal JoinedPieces(IReadOnlyList<(long From, string Path)> pieces)
    {
        _pieces = pieces;
        var (from, path) = pieces[^1];
        Length = from + (new FileInfo(path) is { Exists: true } last ? last.Length : 0);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (offset >= Length) return new(0);
        if (offset < _pieces[0].From) throw new IOException($"{Path.GetFileName(_pieces[0].Path)} begins behind byte {offset}.");
        var at = _pieces.Count - 1;
        while (_pieces[at].From > offset) at--;
        var (from, path) = _pieces[at];
        var end = at + 1 < _pieces.Count ? _pieces[at + 1].From : Length;
        var read = RandomAccess.Read(Open(path), buffer.Span[..(int)Math.Min(buffer.Length, end - offset)], offset - from);
        return read > 0 ? new(read) : throw new EndOfStreamException($"{Path.GetFileName(path)} is shorter than it must be.");
    }

    /// <inheritdoc/>
    public void Dispose() => _open?.Handle.Dispose();

    private SafeFileHandle Open(string path)
    {
        if (_open is { } open && open.Path == path) return open.Handle;
        _open?.Handle.Dispose();
        _open = null;
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _open = (path, handle);
        return handle;
    }
}

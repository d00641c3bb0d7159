using System.Buffers;
using System.Globalization;
using System.Text;
using Evidence.Core;

namespace Evidence.Node.Replication;

/// <summary>
/// Bytes of a volume that a peer has sent and that make no whole record yet. A few are kept in memory; those of a large record in a file, which outlives a broken link and
/// this process: they are not fetched again. They count for nothing before they are proven.
/// </summary>
internal sealed class ParkedBytes : IDisposable
{
    internal const int MostInMemory = 32 << 20;
    private const string FolderName = "pull";
    private const int FirstInMemory = 1 << 20;
    private readonly string _folder;
    private readonly string _peer;
    private readonly uint _volume;
    private byte[] _memory = [];
    private int _length;
    private FileStream? _file;
    private long _offset;

    private ParkedBytes(string folder, string peer, uint volume, long offset) => (_folder, _peer, _volume, _offset) = (folder, peer, volume, offset);

    /// <summary>What is parked of this peer's volume from <paramref name="offset"/> on. By peer, so that none answers for another's bytes; what was parked for another offset is of no use any more.</summary>
    internal static ParkedBytes Open(string logFolder, string peer, uint volume, long offset)
    {
        var parked = new ParkedBytes(Path.Combine(logFolder, FolderName), NameOf(peer), volume, offset);
        if (!Directory.Exists(parked._folder)) return parked;
        foreach (var stale in Directory.EnumerateFiles(parked._folder, $"{parked.Prefix}*").Where(path => path != parked.FilePath)) File.Delete(stale);
        if (File.Exists(parked.FilePath)) parked.OpenFile(FileMode.Open);
        return parked;
    }

    /// <summary>Removes what was parked of peers that are none of this node any more: nobody would go on with it.</summary>
    internal static void ForgetOthers(string logFolder, IEnumerable<string> peers)
    {
        var (folder, known) = (Path.Combine(logFolder, FolderName), peers.Select(NameOf).ToHashSet(StringComparer.Ordinal));
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => !known.Contains(Path.GetFileName(path).Split('-')[0])).ToList()) File.Delete(path);
    }

    private static string NameOf(string peer) => Digest.Of(Encoding.UTF8.GetBytes(peer)).ToString()[..8];

    internal long Length => _file?.Length ?? _length;

    private string Prefix => string.Create(CultureInfo.InvariantCulture, $"{_peer}-{_volume}-");

    private string FilePath => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{_offset}"));

    internal async ValueTask AddAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (_file is null && _length + bytes.Length > MostInMemory) await SpillAsync(ct);
        if (_file is not null) await _file.WriteAsync(bytes, ct);
        else AddToMemory(bytes.Span);
    }

    /// <summary>All bytes, from the first one on; valid until the next call.</summary>
    internal Stream Read()
    {
        if (_file is null) return new MemoryStream(_memory, 0, _length, writable: false);
        _file.Position = 0;
        return _file;
    }

    /// <summary>The first bytes were taken: those behind them stay.</summary>
    internal async Task DropAsync(long count, CancellationToken ct)
    {
        if (_file is not null) await KeepRestAsync(_file, count, ct);
        else
        {
            _memory.AsSpan((int)count, _length -= (int)count).CopyTo(_memory);
            _offset += count;
        }
    }

    /// <summary>Forgets everything.</summary>
    internal void Discard()
    {
        Close(keep: false);
        _length = 0;
    }

    public void Dispose()
    {
        Close(keep: true);
        Release();
    }

    private void AddToMemory(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _memory.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstInMemory, 2 * (_length + bytes.Length)));
            _memory.AsSpan(0, _length).CopyTo(larger);
            var length = _length;
            Release();
            (_memory, _length) = (larger, length);
        }

        bytes.CopyTo(_memory.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Release()
    {
        if (_memory.Length > 0) ArrayPool<byte>.Shared.Return(_memory);
        (_memory, _length) = ([], 0);
    }

    private async Task KeepRestAsync(FileStream file, long count, CancellationToken ct)
    {
        file.Seek(count, count == 0 ? SeekOrigin.End : SeekOrigin.Begin);
        if (count == 0) return;
        var path = FilePath;
        (_file, _offset) = (null, _offset + count);
        var buffer = new byte[FirstInMemory];
        for (int read; (read = await file.ReadAsync(buffer, ct)) > 0;) await AddAsync(buffer.AsMemory(0, read), ct);
        await file.DisposeAsync();
        File.Delete(path);
    }

    private async Task SpillAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(_folder);
        OpenFile(FileMode.Create);
        await _file!.WriteAsync(_memory.AsMemory(0, _length), ct);
        Release();
    }

    private void OpenFile(FileMode mode)
    {
        _file = new FileStream(FilePath, new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, BufferSize = 0, UnixCreateMode = mode == FileMode.Create ? UnixFileMode.UserRead | UnixFileMode.UserWrite : null });
        _file.Seek(0, SeekOrigin.End);
    }

    private void Close(bool keep)
    {
        _file?.Dispose();
        if (_file is not null && !keep) File.Delete(FilePath);
        _file = null;
    }
}

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
    private readonly string _folder;
    private readonly string _peer;
    private readonly uint _volume;
    private MemoryStream _memory = new();
    private FileStream? _file;
    private long _offset;

    private ParkedBytes(string folder, string peer, uint volume, long offset) => (_folder, _peer, _volume, _offset) = (folder, peer, volume, offset);

    /// <summary>What is parked of this peer's volume from <paramref name="offset"/> on. By peer, so that none answers for another's bytes; what was parked for another offset is of no use any more.</summary>
    internal static ParkedBytes Open(string logFolder, string peer, uint volume, long offset)
    {
        var parked = new ParkedBytes(Path.Combine(logFolder, "pull"), Digest.Of(Encoding.UTF8.GetBytes(peer)).ToString()[..8], volume, offset);
        if (!Directory.Exists(parked._folder)) return parked;
        foreach (var stale in Directory.EnumerateFiles(parked._folder, $"{parked.Prefix}*").Where(path => path != parked.FilePath)) File.Delete(stale);
        if (File.Exists(parked.FilePath)) parked.OpenFile(FileMode.Open);
        return parked;
    }

    internal long Length => _file?.Length ?? _memory.Length;

    private string Prefix => string.Create(CultureInfo.InvariantCulture, $"{_peer}-{_volume}-");

    private string FilePath => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{_offset}"));

    internal async ValueTask AddAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (_file is null && _memory.Length + bytes.Length > MostInMemory) await SpillAsync(ct);
        await To.WriteAsync(bytes, ct);
    }

    /// <summary>All bytes, from the first one on; valid until the next call.</summary>
    internal Stream Read()
    {
        To.Position = 0;
        return To;
    }

    /// <summary>The first bytes were taken: those behind them stay.</summary>
    internal async Task DropAsync(long count, CancellationToken ct)
    {
        To.Position = count;
        if (count == 0) To.Seek(0, SeekOrigin.End);
        else await KeepRestAsync(count, ct);
    }

    /// <summary>Forgets everything.</summary>
    internal void Discard()
    {
        Close(keep: false);
        _memory.SetLength(0);
    }

    public void Dispose() => Close(keep: true);

    private Stream To => (Stream?)_file ?? _memory;

    private async Task KeepRestAsync(long count, CancellationToken ct)
    {
        var (memory, file, path) = (_memory, _file, FilePath);
        (_memory, _file, _offset) = (new MemoryStream(), null, _offset + count);
        var buffer = new byte[1 << 20];
        for (int read; (read = await (file ?? (Stream)memory).ReadAsync(buffer, ct)) > 0;) await AddAsync(buffer.AsMemory(0, read), ct);
        if (file is null) return;
        await file.DisposeAsync();
        File.Delete(path);
    }

    private async Task SpillAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(_folder);
        OpenFile(FileMode.Create);
        _memory.Position = 0;
        await _memory.CopyToAsync(_file!, ct);
        _memory = new MemoryStream();
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

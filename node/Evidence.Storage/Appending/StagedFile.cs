using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Storage.Durable;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Appending;

/// <summary>
/// A large record on its way to become a volume of its own: a file in the staging folder, laid out as the volume will be, with room where headers go. Headers are written when number, time and leaf are known.
/// Whoever receives the bytes only copies them: one lane hashes and one writes, with a bounded number of blocks between. Used by one caller at a time.
/// A crash at any time leaves this file: the next start removes it, or keeps it when it is an upload that can be resumed.
/// </summary>
internal sealed class StagedFile : IAsyncDisposable
{
    internal const string Extension = ".staged";
    private const int BlocksInFlight = 32;

    private readonly LogStoreOptions _options;
    private readonly string _folder;
    private readonly bool _keep;
    private readonly IMediumFile _file;
    private readonly Lane _hashing = new();
    private readonly Lane _writing = new();
    private readonly SemaphoreSlim _room = new(BlocksInFlight);
    private readonly List<(long Start, long Size)> _parts = [];
    private IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private WriteOut _writeOut;
    private StagedBlock? _block;
    private long _at;
    private int _header;
    private volatile Exception? _failure;

    /// <summary>Makes the file, or opens it again.</summary>
    /// <param name="options">The medium, and how much room must be left on it.</param>
    /// <param name="folder">The staging folder.</param>
    /// <param name="record">The record's number, which is the file's name.</param>
    /// <param name="keep">Whether it stays when this object is disposed of.</param>
    internal StagedFile(LogStoreOptions options, string folder, RecordId record, bool keep = false)
    {
        (_options, _folder, _keep) = (options, folder, keep);
        Path = PathOf(folder, record);
        if (!Directory.Exists(folder)) MakeFolder();
        CheckRoom(0);
        _file = options.Medium.Open(Path, keep ? FileMode.OpenOrCreate : FileMode.Create);
        _writeOut = new WriteOut(_file, 0);
    }

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>Bytes of the current part.</summary>
    internal long Size { get; private set; }

    /// <summary>Bytes of the file so far.</summary>
    internal long Length => _at;

    internal static string PathOf(string folder, RecordId record) => System.IO.Path.Combine(folder, record + Extension);

    /// <summary>Begins a part whose header has room for <paramref name="announced"/> bytes.</summary>
    /// <exception cref="StorageFullException">There is no room for it.</exception>
    internal void Begin(long announced)
    {
        _header = MemberHeader.Length(announced);
        _at += _header;
        Size = 0;
        if (announced > 0) Reserve(announced);
    }

    /// <summary>Takes the next bytes of the part. The caller has its buffer back on return.</summary>
    /// <exception cref="StorageFullException">There is no room left.</exception>
    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty)
        {
            if (_block is null)
            {
                await _room.WaitAsync(ct);
                _block = new StagedBlock(_at, () => _room.Release());
            }

            ThrowIfFailed();
            var taken = _block.Take(bytes.Span);
            (_at, Size) = (_at + taken, Size + taken);
            bytes = bytes[taken..];
            if (_block.IsFull) Send();
        }
    }

    /// <summary>Ends the part: its SHA-256.</summary>
    /// <exception cref="ArgumentException">The part is over 8 GiB and was not announced as such, or the other way round.</exception>
    internal async Task<Digest> EndAsync()
    {
        if (MemberHeader.Length(Size) != _header) throw new ArgumentException($"The part has {Size} bytes, which is not what was announced; parts over {TarHeader.MaxSize} bytes must be announced.");
        Send();
        _parts.Add((_at - Size, Size));
        var (end, padding) = (_at, TarBlock.Padding(Size));
        if (padding > 0) _writing.Post(() => Try(() => _file.Write(new byte[padding], end)));
        _at += padding;
        var digest = await _hashing.Ask(() => new Digest(_hash.GetHashAndReset()));
        await DrainAsync();
        return digest;
    }

    /// <summary>Goes on behind parts that the file holds from before. What lies behind them is cut off: it was told to nobody, or does not prove.</summary>
    /// <param name="parts">What each announced and how many bytes it has.</param>
    /// <param name="open">The hash of the last part so far when that part is open, else null. It is taken over.</param>
    internal void GoOn(IReadOnlyList<(long Announced, long Size)> parts, IncrementalHash? open)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            _header = MemberHeader.Length(parts[i].Announced);
            (_at, Size) = (_at + _header + parts[i].Size, parts[i].Size);
            if (open is not null && i == parts.Count - 1) break;
            _parts.Add((_at - Size, Size));
            _at += TarBlock.Padding(Size);
        }

        _file.SetLength(_at);
        _file.Sync();
        _writeOut = new WriteOut(_file, _at);
        if (open is null) return;
        _hash.Dispose();
        _hash = open;
        if (parts[^1].Announced > Size) Reserve(parts[^1].Announced - Size);
    }

    /// <summary>Reads a part that has ended once more, into another hash.</summary>
    internal void AppendTo(IncrementalHash hash, int part)
    {
        foreach (var piece in Read(part)) hash.AppendData(piece.Span);
    }

    /// <summary>Reads a part that has ended, or the open one where all of it is written. Each piece is valid until the next.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Read(int part)
    {
        var (start, size) = part < _parts.Count ? _parts[part] : (_at - Size, Size);
        var buffer = new byte[Math.Min(size, 1 << 20)];
        for (long done = 0; done < size;)
        {
            var read = _file.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, size - done)), start + done);
            if (read == 0) throw new EndOfStreamException($"{Path} ends within a part.");
            yield return buffer.AsMemory(0, read);
            done += read;
        }
    }

    /// <summary>Waits until what was taken so far is on the medium. The result is the SHA-256 of the current part up to there.</summary>
    internal async Task<Digest> SyncAsync()
    {
        Send();
        var (digest, written) = (_hashing.Ask(() => new Digest(_hash.GetCurrentHash())), DrainAsync());
        await written;
        await Task.Run(() => Try(_file.Sync));
        ThrowIfFailed();
        return await digest;
    }

    /// <summary>Has every later call fail with this.</summary>
    internal void Fail(Exception failure) => _failure ??= failure;

    /// <summary>Throws when the record may not grow by so many bytes.</summary>
    /// <exception cref="StorageFullException">Less than the reserve would be left.</exception>
    internal void CheckRoom(long wanted)
    {
        if (_options.StagingReserveBytes > 0 && _options.Medium.FreeBytes(_folder) - wanted < _options.StagingReserveBytes)
            throw new StorageFullException($"There is no room for {wanted} more bytes in {_folder}: {_options.StagingReserveBytes} bytes are kept free for small records. Make room and try again.");
    }

    /// <summary>Writes headers, seal and closing members, syncs, and moves the file among the volumes. A crash before the rename lasts leaves nothing of the record; after it, all.</summary>
    internal async Task<long> BecomeVolumeAsync(PendingAppend append, uint volume, ulong leaf, string origin, string target, CancellationToken ct)
    {
        var layout = new RecordLayout(append.Seal, append.SealBytes.Length, leaf);
        WriteHeaders(layout, volume, append.Seal.Record);
        using var output = new VolumeOutput(_file, layout.Seal.Header);
        RecordEncoder.WriteSeal(output, volume, append, leaf, layout.Mtime);
        using var totals = new BagTotals();
        var lines = totals.Add(append.Seal, append.SealBytes, leaf).ToArray();
        await BagWriter.WriteAsync(output, volume, origin, totals, One(lines), ct);
        _file.SetLength(output.Position);
        _file.Sync();
        _options.Medium.Rename(Path, target);
        _options.Medium.SyncFolder(System.IO.Path.GetDirectoryName(target)!);
        return output.Position;
    }

    /// <summary>Moves it back from among the volumes. Before this lasts its leaf must not be given to another record.</summary>
    internal void TakeBack(string target)
    {
        _options.Medium.Rename(target, Path);
        _options.Medium.SyncFolder(System.IO.Path.GetDirectoryName(target)!);
    }

    public async ValueTask DisposeAsync()
    {
        _block?.Release();
        _block?.Release();
        await _hashing.DisposeAsync();
        await _writing.DisposeAsync();
        _file.Dispose();
        _hash.Dispose();
        _room.Dispose();
        if (!_keep) _options.Medium.Delete(Path);
    }

    // Uploads find it there and rely on its name.
    private void MakeFolder()
    {
        _options.Medium.CreateFolder(_folder);
        _options.Medium.SyncFolder(System.IO.Path.GetDirectoryName(_folder)!);
    }

    // A crash after this: blocks behind the end of the file, which cutting or removing it gives back.
    private void Reserve(long bytes)
    {
        CheckRoom(bytes);
        _file.Reserve(_at, TarBlock.RoundUp(bytes));
    }

    private void Send()
    {
        if (_block is not { } block) return;
        _block = null;
        _hashing.Post(() =>
        {
            _hash.AppendData(block.Bytes);
            block.Release();
        });
        _writing.Post(() =>
        {
            Try(() => Write(block));
            block.Release();
        });
    }

    private void Write(StagedBlock block)
    {
        _file.Write(block.Bytes, block.Offset);
        _writeOut.Advance(block.Offset + block.Bytes.Length);
    }

    // After the first failure nothing more is written: what the file holds is no longer known.
    private void Try(Action step)
    {
        if (_failure is not null) return;
        try
        {
            step();
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            Fail(e);
        }
    }

    private async Task DrainAsync()
    {
        await _writing.Ask(() => true);
        ThrowIfFailed();
    }

    private void ThrowIfFailed()
    {
        if (_failure is StorageFullException full) throw new StorageFullException(full.Message, full);
        if (_failure is { } failure) throw new IOException(failure.Message, failure);
    }

    private void WriteHeaders(RecordLayout layout, uint volume, RecordId record)
    {
        Span<byte> header = stackalloc byte[MemberHeader.MaxLength];
        foreach (var part in layout.Parts)
        {
            var length = MemberHeader.Write(header, VolumeName.Member(volume, record, part.Name), part.Size, layout.Mtime);
            _file.Write(header[..length], part.Header);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> One(ReadOnlyMemory<byte> lines)
    {
        await Task.CompletedTask;
        yield return lines;
    }
}

using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Storage.Durable;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Appending;

/// <summary>
/// A large record on its way to become a volume of its own: a file in the staging folder, laid out as the volume will be, with room where headers go. Headers are written when number, time and leaf are known.
/// A crash at any time leaves only this file, which the next start removes.
/// </summary>
internal sealed class StagedFile : IDisposable
{
    internal const string Extension = ".staged";
    private const long SyncEvery = 32L << 20; // so that the last sync has little to do while others wait for it

    private readonly IMedium _medium;
    private readonly IMediumFile _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<(long Start, long Size)> _parts = [];
    private long _at;
    private long _synced;
    private int _header;

    internal StagedFile(IMedium medium, string folder, RecordId record)
    {
        _medium = medium;
        Path = System.IO.Path.Combine(folder, record + Extension);
        Directory.CreateDirectory(folder);
        _file = medium.Open(Path, FileMode.Create);
    }

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>Bytes of the current part.</summary>
    internal long Size { get; private set; }

    /// <summary>Begins a part whose header has room for <paramref name="announced"/> bytes.</summary>
    internal void Begin(long announced)
    {
        _header = MemberHeader.Length(announced);
        _at += _header;
        Size = 0;
    }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes, _at);
        _hash.AppendData(bytes);
        (_at, Size) = (_at + bytes.Length, Size + bytes.Length);
        if (_at - _synced >= SyncEvery) Sync();
    }

    /// <summary>Ends the part: its SHA-256.</summary>
    /// <exception cref="ArgumentException">The part is over 8 GiB and was not announced as such, or the other way round.</exception>
    internal Digest End()
    {
        if (MemberHeader.Length(Size) != _header) throw new ArgumentException($"The part has {Size} bytes, which is not what was announced; parts over {TarHeader.MaxSize} bytes must be announced.");
        Span<byte> zeros = stackalloc byte[TarBlock.Size];
        zeros.Clear();
        _parts.Add((_at - Size, Size));
        var padding = TarBlock.Padding(Size);
        if (padding > 0) _file.Write(zeros[..padding], _at);
        _at += padding;
        return new Digest(_hash.GetHashAndReset());
    }

    /// <summary>Reads a part that has ended once more, into another hash.</summary>
    internal void AppendTo(IncrementalHash hash, int part)
    {
        var (start, size) = _parts[part];
        var buffer = new byte[Math.Min(size, 1 << 20)];
        for (long done = 0; done < size;)
        {
            var read = _file.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, size - done)), start + done);
            if (read == 0) throw new EndOfStreamException($"{Path} ends within a part.");
            hash.AppendData(buffer, 0, read);
            done += read;
        }
    }

    /// <summary>Waits until what was written is on the medium.</summary>
    internal void Sync()
    {
        _file.Sync();
        _synced = _at;
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
        _medium.Rename(Path, target);
        _medium.SyncFolder(System.IO.Path.GetDirectoryName(target)!);
        return output.Position;
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        _medium.Delete(Path);
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

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Appending;

/// <summary>
/// What is to close a volume, gathered while it is written to, so that closing need not read it: the totals, and the lines of the manifest in a file among the uploads. Nothing rests on that file:
/// where it is incomplete, and after every start, the volume is gone over instead.
/// </summary>
internal sealed class VolumeManifest : IDisposable
{
    internal const string Extension = ".manifest";
    private const int WriteFrom = 1 << 18;

    private readonly IMedium _medium;
    private readonly string _path;
    private readonly ArrayBufferWriter<byte> _lines = new(1 << 16);
    private IMediumFile? _file;
    private long _written;
    private bool _broken;

    internal VolumeManifest(LogStore store, uint volume)
    {
        _medium = store.Medium;
        _path = Path.Combine(store.Files.Staging(store.Options), $"{store.Keys.LogId.ToString()[..8]}-{VolumeName.Of(volume)}{Extension}");
    }

    /// <summary>What all records give.</summary>
    internal BagTotals Totals { get; } = new();

    /// <summary>Whether every record's lines are here.</summary>
    internal bool IsWhole => !_broken;

    /// <summary>Takes in a record that counts.</summary>
    internal void Add(PendingAppend record)
    {
        if (_broken) return;
        _lines.Write(Totals.Add(record.Seal, record.SealBytes.Length, record.SealSha256, record.Place.Leaf).Span);
        if (_lines.WrittenCount >= WriteFrom) Write();
    }

    /// <summary>The lines, in pieces.</summary>
    /// <exception cref="InvalidDataException">They cannot be read, or are not those that were written.</exception>
    internal async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[WriteFrom];
        for (long at = 0; at < _written;)
        {
            ct.ThrowIfCancellationRequested();
            var read = Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, _written - at)), at);
            if (read == 0) break;
            hash.AppendData(buffer, 0, read);
            yield return buffer.AsMemory(0, read);
            at += read;
        }

        hash.AppendData(_lines.WrittenSpan);
        yield return _lines.WrittenMemory;
        await Task.CompletedTask;
        if (new Digest(hash.GetHashAndReset()) != Totals.ManifestSha256) throw new InvalidDataException($"{_path} does not hold what was written to it.");
    }

    public void Dispose()
    {
        Totals.Dispose();
        _file?.Dispose();
        if (_file is not null) TryDelete();
    }

    private int Read(Span<byte> buffer, long at)
    {
        try
        {
            return _file!.Read(buffer, at);
        }
        catch (IOException e)
        {
            throw new InvalidDataException($"{_path} cannot be read: {e.Message}", e); // no fault of the volume's: its records are gone over instead
        }
    }

    private void Write()
    {
        try
        {
            if (_file is null) Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            _file ??= _medium.Open(_path, FileMode.Create);
            _file.Write(_lines.WrittenSpan, _written); // a crash: the next start removes the file
            _written += _lines.WrittenCount;
            _lines.ResetWrittenCount();
        }
        catch (Exception e) when (e is IOException or StorageFullException or UnauthorizedAccessException)
        {
            _broken = true;
        }
    }

    private void TryDelete()
    {
        try
        {
            _medium.Delete(_path);
        }
        catch (IOException)
        {
            // the next start removes it
        }
    }
}

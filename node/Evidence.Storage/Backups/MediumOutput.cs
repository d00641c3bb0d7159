using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Backups;

/// <summary>A file on its way to the medium, under another name until it is whole.</summary>
internal sealed class MediumOutput : IDisposable
{
    private readonly IMedium _medium;
    private readonly string _path;
    private readonly IMediumFile _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _finished;

    internal MediumOutput(IMedium medium, string path)
    {
        (_medium, _path) = (medium, path);
        _file = medium.Open(path + SmallFile.TemporarySuffix, FileMode.Create);
    }

    /// <summary>Bytes that were written.</summary>
    internal long Length { get; private set; }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes, Length);
        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>Makes the file last and gives it its name, which lasts once the folder is synced. The result is its SHA-256.</summary>
    internal Digest Finish()
    {
        _file.Sync(); // a crash up to here: a temporary file, which the next backup writes over
        _file.DropCache(0, 0);
        _medium.Rename(_path + SmallFile.TemporarySuffix, _path);
        _finished = true;
        return new Digest(_hash.GetHashAndReset());
    }

    /// <summary>What is not whole is removed, so that a full medium has its room again.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        if (!_finished) _medium.Delete(_path + SmallFile.TemporarySuffix);
    }
}

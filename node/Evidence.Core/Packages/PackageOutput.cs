using System.Globalization;
using Evidence.Core.Packages.Zip;
using Evidence.Core.Seals;

namespace Evidence.Core.Packages;

/// <summary>
/// Writes members one behind the other, and at the end the manifest and the directory. What those two will say is set aside in scratch streams while the members go out, so
/// that a package of any number of members takes the same memory.
/// </summary>
internal sealed class PackageOutput(Stream zip, Func<Stream> scratch) : IDisposable
{
    private const int HeldPart = 1 << 20;

    private readonly Stream _manifest = scratch(), _directory = scratch();
    private readonly byte[] _buffer = new byte[MemberDigest.BufferSize];
    private Crc32 _manifestCrc;
    private long _members, _offset;

    internal void Add(string name, byte[] bytes)
    {
        using var digest = new MemberDigest();
        digest.Append(bytes);
        Begin(name, digest);
        zip.Write(bytes);
        _offset += bytes.Length;
    }

    /// <exception cref="InvalidDataException">The part is not the one that was sealed, or changed between the two times that it was read.</exception>
    internal void Add(string name, SealPart part, Func<Stream> open)
    {
        if (part.Size <= HeldPart) AddHeld(name, part, open);
        else AddLarge(name, part, open);
    }

    /// <summary>Writes the manifest and all that stands behind the members. Nothing can be added afterwards.</summary>
    internal void Complete()
    {
        if (_members == 0) AppendManifest(ManifestLines.Begin);
        AppendManifest(ManifestLines.End);
        var entry = new ZipEntry(PackageNames.Manifest, _manifest.Length, _manifestCrc.Value, _offset);
        WriteHeader(entry);
        CopyScratch(_manifest);
        _offset += _manifest.Length;
        var start = _offset;
        CopyScratch(_directory);
        zip.Write(ZipDirectory.End(_members, _directory.Length, start));
    }

    public void Dispose()
    {
        _manifest.Dispose();
        _directory.Dispose();
    }

    private void AddHeld(string name, SealPart part, Func<Stream> open)
    {
        var bytes = new byte[part.Size + 1];
        int read;
        using (var stream = open()) read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        Check(part, read, Digest.Of(bytes.AsSpan(0, read)));
        Add(name, bytes[..read]);
    }

    private void AddLarge(string name, SealPart part, Func<Stream> open)
    {
        using var digest = new MemberDigest();
        Read(open, digest, static _ => { });
        Check(part, digest.Size, digest.Sha256);
        Begin(name, digest);
        using var again = new MemberDigest();
        Read(open, again, bytes => zip.Write(bytes.Span));
        if (again.Size != digest.Size || again.Sha256 != digest.Sha256) throw new InvalidDataException($"{name} changed while the package was written; the package is not usable.");
        _offset += digest.Size;
    }

    private static void Check(SealPart part, long size, Digest sha256)
    {
        if (size == part.Size && sha256 == part.Sha256) return;
        throw new InvalidDataException(string.Create(
            CultureInfo.InvariantCulture,
            $"The part {part.Name} has {size} bytes and SHA-256 {sha256}, the seal names {part.Size} bytes and {part.Sha256}; no evidence package was made. Verify and repair the record first."));
    }

    private void Read(Func<Stream> open, MemberDigest digest, Action<ReadOnlyMemory<byte>> sink)
    {
        using var stream = open();
        while (stream.Read(_buffer) is > 0 and var read)
        {
            digest.Append(_buffer.AsSpan(0, read));
            sink(_buffer.AsMemory(0, read));
        }
    }

    private void Begin(string name, MemberDigest digest)
    {
        if (_members == 0) AppendManifest(ManifestLines.Begin);
        AppendManifest(ManifestLines.Item(name, digest.Size, digest.Sha256, first: _members == 0));
        WriteHeader(new ZipEntry(name, digest.Size, digest.Crc, _offset));
    }

    private void WriteHeader(ZipEntry entry)
    {
        var header = entry.LocalHeader();
        zip.Write(header);
        _directory.Write(entry.CentralHeader());
        _members++;
        _offset += header.Length;
    }

    private void AppendManifest(ReadOnlySpan<byte> piece)
    {
        _manifestCrc.Append(piece);
        _manifest.Write(piece);
    }

    private void CopyScratch(Stream stream)
    {
        stream.Position = 0;
        while (stream.Read(_buffer) is > 0 and var read) zip.Write(_buffer, 0, read);
    }
}

using System.Globalization;
using Evidence.Core.Seals;

namespace Evidence.Core.Packages;

/// <summary>A member that is about to be written: its digests are known before its first byte goes out.</summary>
internal sealed class PackageMember
{
    private readonly Func<Stream> _open;

    private PackageMember(string name, Func<Stream> open)
    {
        (Name, _open) = (name, open);
        using var digest = new MemberDigest();
        Stream(digest, static _ => { });
        (Size, Crc, Sha256) = (digest.Size, digest.Crc, digest.Sha256);
    }

    internal string Name { get; }

    internal long Size { get; }

    internal uint Crc { get; }

    internal Digest Sha256 { get; }

    internal static PackageMember Of(string name, byte[] bytes) => new(name, () => new MemoryStream(bytes, writable: false));

    /// <exception cref="InvalidDataException">The part is missing or is not the one that was sealed.</exception>
    internal static PackageMember OfPart(SealPart sealPart, IReadOnlyList<PackagePart> parts)
    {
        var part = parts.FirstOrDefault(part => part.Name == sealPart.Name) ?? throw new InvalidDataException($"The part {sealPart.Name} is missing, so no evidence package was made.");
        var member = new PackageMember(PackageNames.PartsFolder + part.Name, part.Open);
        if (member.Size == sealPart.Size && member.Sha256 == sealPart.Sha256) return member;
        throw new InvalidDataException(string.Create(
            CultureInfo.InvariantCulture,
            $"The part {sealPart.Name} has {member.Size} bytes and SHA-256 {member.Sha256}, the seal names {sealPart.Size} bytes and {sealPart.Sha256}; no evidence package was made. Verify and repair the record first."));
    }

    /// <exception cref="InvalidDataException">The bytes changed between the two times that they were read.</exception>
    internal void CopyTo(Stream zip)
    {
        using var digest = new MemberDigest();
        Stream(digest, bytes => zip.Write(bytes.Span));
        if (digest.Size != Size || digest.Sha256 != Sha256) throw new InvalidDataException($"{Name} changed while the package was written; the package is not usable.");
    }

    private void Stream(MemberDigest digest, Action<ReadOnlyMemory<byte>> sink)
    {
        using var stream = _open();
        var buffer = new byte[MemberDigest.BufferSize];
        while (stream.Read(buffer) is > 0 and var read)
        {
            digest.Append(buffer.AsSpan(0, read));
            sink(buffer.AsMemory(0, read));
        }
    }
}

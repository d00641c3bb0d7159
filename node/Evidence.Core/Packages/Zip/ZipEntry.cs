using System.Buffers.Binary;
using System.Text;

namespace Evidence.Core.Packages.Zip;

/// <summary>
/// One stored member of a package, and every byte that a zip has about it (APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.5.3). A package has exactly one form of each
/// header, so that a reader can compare instead of interpreting.
/// </summary>
/// <param name="Name">ASCII name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Crc">CRC-32 of the bytes.</param>
/// <param name="Offset">Where the local header stands in the file.</param>
internal sealed record ZipEntry(string Name, long Size, uint Crc, long Offset)
{
    internal const uint LocalSignature = 0x04034b50, CentralSignature = 0x02014b50;
    internal const int LocalFixedSize = 30, Zip64LocalExtraSize = 20;
    internal const uint InZip64 = uint.MaxValue;

    private const ushort Version = 10, VersionZip64 = 45, MadeOnUnix = 0x0300, Date19800101 = 0x0021, Zip64Tag = 0x0001;
    private const uint RegularFile0644 = 0x81A40000;

    private bool IsLarge => Size >= InZip64;

    internal byte[] LocalHeader()
    {
        var header = new ZipBytes().U32(LocalSignature);
        Common(header, IsLarge);
        header.U16(IsLarge ? Zip64LocalExtraSize : 0).Text(Name);
        if (IsLarge) header.U16(Zip64Tag).U16(16).U64(Size).U64(Size);
        return header.ToArray();
    }

    internal byte[] CentralHeader()
    {
        var far = Offset >= InZip64;
        var extra = (IsLarge ? 16 : 0) + (far ? 8 : 0);
        var header = new ZipBytes().U32(CentralSignature).U16(MadeOnUnix | (IsLarge || far ? VersionZip64 : Version));
        Common(header, IsLarge || far);
        header.U16(extra == 0 ? 0 : 4 + extra).U16(0).U16(0).U16(0).U32(RegularFile0644).U32(far ? InZip64 : (uint)Offset).Text(Name);
        if (extra > 0) header.U16(Zip64Tag).U16(extra);
        if (IsLarge) header.U64(Size).U64(Size);
        if (far) header.U64(Offset);
        return header.ToArray();
    }

    /// <summary>From version needed to file name length; no flags, stored, 1980-01-01.</summary>
    private void Common(ZipBytes header, bool zip64)
    {
        var size = IsLarge ? InZip64 : (uint)Size;
        header.U16(zip64 ? VersionZip64 : Version).U16(0).U16(0).U16(0).U16(Date19800101).U32(Crc).U32(size).U32(size).U16(Name.Length);
    }

    /// <summary>Reads what a local header states; null when it is not one. Whether it is in the one form that it may have shows by comparing with <see cref="LocalHeader"/>.</summary>
    internal static ZipEntry? ReadLocal(ReadOnlySpan<byte> header, long offset)
    {
        if (header.Length < LocalFixedSize || BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature) return null;
        var nameLength = NameLength(header);
        var name = Encoding.Latin1.GetString(header.Slice(LocalFixedSize, nameLength));
        long size = BinaryPrimitives.ReadUInt32LittleEndian(header[22..]);
        var extra = header[(LocalFixedSize + nameLength)..];
        if (size == InZip64 && extra.Length == Zip64LocalExtraSize) size = BinaryPrimitives.ReadInt64LittleEndian(extra[4..]);
        return size < 0 ? null : new ZipEntry(name, size, BinaryPrimitives.ReadUInt32LittleEndian(header[14..]), offset);
    }

    internal static int NameLength(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);

    internal static int ExtraLength(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
}

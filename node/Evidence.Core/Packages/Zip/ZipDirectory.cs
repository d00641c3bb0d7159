namespace Evidence.Core.Packages.Zip;

/// <summary>What stands behind the members of a zip: after the central headers the end records (APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16).</summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50, Zip64EndSignature = 0x06064b50, Zip64LocatorSignature = 0x07064b50;
    private const ushort Version = 0x0300 | 45, VersionNeeded = 45;

    /// <summary>The end records of a directory of <paramref name="count"/> headers that begins at <paramref name="start"/> and takes <paramref name="length"/> bytes.</summary>
    internal static byte[] End(long count, long length, long start)
    {
        var zip64 = count >= ushort.MaxValue || start >= ZipEntry.InZip64 || length >= ZipEntry.InZip64;
        return [.. zip64 ? Zip64End(count, length, start) : [], .. PlainEnd(count, length, start)];
    }

    private static byte[] Zip64End(long count, long length, long start) => new ZipBytes()
        .U32(Zip64EndSignature).U64(44).U16(Version).U16(VersionNeeded).U32(0).U32(0).U64(count).U64(count).U64(length).U64(start)
        .U32(Zip64LocatorSignature).U32(0).U64(start + length).U32(1)
        .ToArray();

    private static byte[] PlainEnd(long count, long length, long start)
    {
        var capped = (int)Math.Min(count, ushort.MaxValue);
        return new ZipBytes()
            .U32(EndSignature).U16(0).U16(0).U16(capped).U16(capped).U32(Capped(length)).U32(Capped(start)).U16(0)
            .ToArray();
    }

    private static uint Capped(long value) => (uint)Math.Min(value, ZipEntry.InZip64);
}

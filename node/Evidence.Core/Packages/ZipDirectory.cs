namespace Evidence.Core.Packages;

/// <summary>What stands behind the members of a zip: the central directory and its end records (APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16).</summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50, Zip64EndSignature = 0x06064b50, Zip64LocatorSignature = 0x07064b50;
    private const ushort Version = 0x0300 | 45, VersionNeeded = 45;

    /// <summary>Every byte from <paramref name="offset"/> to the end of the file.</summary>
    internal static byte[] Encode(IReadOnlyList<ZipEntry> entries, long offset)
    {
        byte[] headers = [.. entries.SelectMany(static entry => entry.CentralHeader())];
        var zip64 = entries.Count >= ushort.MaxValue || offset >= ZipEntry.InZip64;
        return [.. headers, .. zip64 ? Zip64End(entries.Count, headers.Length, offset) : [], .. End(entries.Count, headers.Length, offset)];
    }

    private static byte[] Zip64End(int count, long size, long offset) => new ZipBytes()
        .U32(Zip64EndSignature).U64(44).U16(Version).U16(VersionNeeded).U32(0).U32(0).U64(count).U64(count).U64(size).U64(offset)
        .U32(Zip64LocatorSignature).U32(0).U64(offset + size).U32(1)
        .ToArray();

    private static byte[] End(int count, int size, long offset)
    {
        var capped = Math.Min(count, ushort.MaxValue);
        return new ZipBytes()
            .U32(EndSignature).U16(0).U16(0).U16(capped).U16(capped).U32((uint)size).U32((uint)Math.Min(offset, ZipEntry.InZip64)).U16(0)
            .ToArray();
    }
}

namespace Evidence.Cli.Verification;

/// <summary>
/// Tells an evidence package from any other file. It must still know a damaged one, so it asks for no single byte to be right:
/// each name that it looks for stands in the zip twice, at the front of the member and in the directory at the end.
/// </summary>
internal static class PackageDetection
{
    private const int Window = 256 << 10;

    private static readonly byte[][] Names = ["manifest.json"u8.ToArray(), "seal.json"u8.ToArray()];
    private static readonly byte[][] ZipMarks = [[0x50, 0x4b, 0x03, 0x04], [0x50, 0x4b, 0x01, 0x02]];

    internal static bool IsPackage(Stream file)
    {
        var head = Read(file, 0);
        var tail = Read(file, Math.Max(0, file.Length - Window));
        file.Position = 0;
        return Array.TrueForAll(Names, n => Has(n)) && Array.Exists(ZipMarks, m => Has(m));

        bool Has(byte[] wanted) => head.AsSpan().IndexOf(wanted) >= 0 || tail.AsSpan().IndexOf(wanted) >= 0;
    }

    private static byte[] Read(Stream file, long from)
    {
        file.Position = from;
        var bytes = new byte[Math.Min(Window, file.Length - from)];
        file.ReadExactly(bytes);
        return bytes;
    }
}

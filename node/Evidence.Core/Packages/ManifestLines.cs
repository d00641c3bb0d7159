using Evidence.Core.Json;

namespace Evidence.Core.Packages;

/// <summary>manifest.json, format "evidence.package/1", piece by piece, so that no one ever holds it whole: every other member with its size and SHA-256, in the order of the file.</summary>
internal static class ManifestLines
{
    private const string Format = "evidence.package/1";

    internal static ReadOnlySpan<byte> End => "]}"u8;

    internal static byte[] Begin => [.. "{\"format\":\""u8, .. System.Text.Encoding.ASCII.GetBytes(Format), .. "\",\"members\":["u8];

    /// <summary>One member, with the comma before it unless it is the first.</summary>
    internal static byte[] Item(string name, long size, Digest sha256, bool first) => CanonicalWriter.Write((name, size, sha256, first), static (writer, item) =>
        writer.Raw(item.first ? "{\"name\":"u8 : ",{\"name\":"u8).String(item.name).Raw(",\"sha256\":"u8).String(item.sha256.ToString()).Raw(",\"size\":"u8).Integer(item.size).Raw("}"u8));
}

using System.Globalization;
using System.Text;

namespace Evidence.Core.Volumes;

/// <summary>The tag files that make a closed volume a bag (RFC 8493, section 2). All of them follow from the records and the log's name.</summary>
internal static class BagTags
{
    internal const string Declaration = "bagit.txt";
    internal const string Info = "bag-info.txt";
    internal const string Manifest = "manifest-sha256.txt";
    internal const string TagManifest = "tagmanifest-sha256.txt";

    /// <summary>In the order in which they are stored.</summary>
    internal static readonly string[] Files = [Declaration, Info, Manifest, TagManifest];

    /// <summary>Section 2.1.1.</summary>
    internal static readonly byte[] DeclarationBytes = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"u8.ToArray();

    /// <summary>Section 2.2.2.</summary>
    internal static byte[] InfoBytes(BagTotals totals, string origin, uint volume) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"Bagging-Date: {totals.LastReceived.UtcDateTime:yyyy-MM-dd}\nExternal-Identifier: {origin}/{VolumeName.Of(volume)}\nPayload-Oxum: {totals.Octets}.{totals.Count}\n"));

    /// <summary>Section 2.2.1.</summary>
    internal static byte[] TagManifestBytes(Digest info, Digest manifest) =>
        Encoding.ASCII.GetBytes($"{Digest.Of(DeclarationBytes)}  {Declaration}\n{info}  {Info}\n{manifest}  {Manifest}\n");

    /// <summary>Length of the closing members and the end blocks.</summary>
    internal static long ClosingLength(BagTotals totals, string origin, uint volume)
    {
        var info = InfoBytes(totals, origin, volume);
        var tags = TagManifestBytes(Digest.Of(info), totals.ManifestSha256);
        long[] sizes = [DeclarationBytes.Length, info.Length, totals.ManifestLength, tags.Length];
        return sizes.Sum(s => MemberHeader.Length(s) + TarBlock.RoundUp(s)) + TarBlock.EndSize;
    }
}

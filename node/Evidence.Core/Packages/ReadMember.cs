using Evidence.Core.Packages.Zip;

namespace Evidence.Core.Packages;

/// <summary>A member as it was found in a package.</summary>
/// <param name="Entry">Its header's contents.</param>
/// <param name="Name">Its name taken apart; null when the format has no such name.</param>
/// <param name="DataOffset">Where its bytes begin in the file.</param>
/// <param name="Size">How many bytes there really were.</param>
/// <param name="Sha256">SHA-256 of those bytes.</param>
/// <param name="Bytes">The bytes, when they are whole and held in memory.</param>
internal sealed record ReadMember(ZipEntry Entry, MemberName? Name, long DataOffset, long Size, Digest Sha256, byte[]? Bytes)
{
    /// <summary>The name for people.</summary>
    internal string Text => PackageNames.Printable(Entry.Name);

    internal bool IsWhole => Size == Entry.Size;
}

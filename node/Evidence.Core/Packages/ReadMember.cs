namespace Evidence.Core.Packages;

/// <summary>A member as it was found in a package.</summary>
/// <param name="Entry">Its header's contents.</param>
/// <param name="DataOffset">Where its bytes begin in the file.</param>
/// <param name="Size">How many bytes there really were.</param>
/// <param name="Sha256">SHA-256 of those bytes.</param>
/// <param name="Bytes">The bytes, when they are held in memory.</param>
internal sealed record ReadMember(ZipEntry Entry, long DataOffset, long Size, Digest Sha256, byte[]? Bytes)
{
    internal string Name => Entry.Name;

    internal bool IsWhole => Size == Entry.Size;
}

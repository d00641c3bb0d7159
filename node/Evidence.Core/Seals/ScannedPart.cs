using System.Buffers.Binary;

namespace Evidence.Core.Seals;

/// <summary>One part as <see cref="SealScan"/> reads it.</summary>
/// <param name="Name">The member name's five characters, as <see cref="Pack"/> makes them a number.</param>
/// <param name="Of">The name that the part refers to, likewise; 0 when it refers to none.</param>
/// <param name="Role">What the part is.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Sha256">SHA-256 of the stored bytes.</param>
public readonly record struct ScannedPart(ulong Name, ulong Of, PartRole Role, long Size, Digest Sha256)
{
    /// <summary>Length of every name.</summary>
    public const int NameLength = 5;

    /// <summary>A name as a number.</summary>
    /// <param name="name">Five ASCII characters.</param>
    public static ulong Pack(ReadOnlySpan<byte> name) => ((ulong)BinaryPrimitives.ReadUInt32BigEndian(name) << 8) | name[4];
}

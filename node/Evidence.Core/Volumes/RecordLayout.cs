using Evidence.Core.Seals;

namespace Evidence.Core.Volumes;

/// <summary>Where a member lies, counted from the start of its record.</summary>
/// <param name="Name">Member name.</param>
/// <param name="Header">Offset of its header.</param>
/// <param name="HeaderLength">Length of its header in bytes.</param>
/// <param name="Size">Size of its data in bytes.</param>
internal readonly record struct MemberLayout(string Name, long Header, int HeaderLength, long Size)
{
    /// <summary>Offset of its data.</summary>
    internal long Data => Header + HeaderLength;

    /// <summary>Offset behind its padding.</summary>
    internal long End => Data + TarBlock.RoundUp(Size);
}

/// <summary>Where the members of a record lie: it follows from the seal and the leaf index alone.</summary>
internal sealed class RecordLayout
{
    internal RecordLayout(Seal seal, int sealLength, ulong leaf)
    {
        var parts = new MemberLayout[seal.Parts.Count];
        long at = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Next(seal.Parts[i].Name, seal.Parts[i].Size, at);
            at = parts[i].End;
        }

        (Parts, Seal, Mtime) = (parts, Next(VolumeName.SealMember(leaf), sealLength, at), MtimeOf(seal));
    }

    /// <summary>The parts, in the order of the seal.</summary>
    internal IReadOnlyList<MemberLayout> Parts { get; }

    /// <summary>The seal, which comes last.</summary>
    internal MemberLayout Seal { get; }

    /// <summary>Time in all headers: whole seconds of the time of receipt.</summary>
    internal long Mtime { get; }

    /// <summary>Length of the record in bytes.</summary>
    internal long Length => Seal.End;

    /// <summary>Length of a record in bytes, whatever its leaf.</summary>
    internal static long LengthOf(Seal seal, int sealLength)
    {
        var length = TarBlock.Size + TarBlock.RoundUp(sealLength);
        for (var i = 0; i < seal.Parts.Count; i++) length += MemberHeader.Length(seal.Parts[i].Size) + TarBlock.RoundUp(seal.Parts[i].Size);
        return length;
    }

    internal static long MtimeOf(Seal seal) => seal.Received.ToUnixTimeSeconds();

    private static MemberLayout Next(string name, long size, long at) => new(name, at, MemberHeader.Length(size), size);
}

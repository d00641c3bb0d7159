using System.Globalization;
using System.Text;

namespace Evidence.Core.Volumes;

/// <summary>What stands before a member's data: one ustar block, or for sizes from 8 GiB on a pax extended header with the size and then the ustar block with size 0.</summary>
internal static class MemberHeader
{
    /// <summary>The longest header: pax header, its data, ustar header.</summary>
    internal const int MaxLength = 3 * TarBlock.Size;

    private const string PaxSuffix = ".pax";

    private static ReadOnlySpan<byte> PaxSuffixBytes => ".pax"u8;

    /// <summary>Length of the header of a member of <paramref name="size"/> bytes.</summary>
    internal static int Length(long size) => size > TarHeader.MaxSize ? MaxLength : TarBlock.Size;

    /// <summary>Writes the header; the number of bytes written.</summary>
    internal static int Write(Span<byte> destination, string path, long size, long mtime) => Write(destination, Encoding.ASCII.GetBytes(path), size, mtime);

    /// <summary>Writes the header; the number of bytes written.</summary>
    internal static int Write(Span<byte> destination, ReadOnlySpan<byte> path, long size, long mtime)
    {
        if (size <= TarHeader.MaxSize)
        {
            TarHeader.Write(destination, path, size, mtime, TarHeader.File);
            return TarBlock.Size;
        }

        var pax = PaxSize(size);
        TarHeader.Write(destination, [.. path, .. PaxSuffixBytes], pax.Length, mtime, TarHeader.Pax);
        destination.Slice(TarBlock.Size, TarBlock.Size).Clear();
        pax.CopyTo(destination[TarBlock.Size..]);
        TarHeader.Write(destination[(2 * TarBlock.Size)..], path, 0, mtime, TarHeader.File);
        return MaxLength;
    }

    /// <summary>Reads the header at the start of <paramref name="bytes"/>; false when no header that <see cref="Write(Span{byte}, string, long, long)"/> could have written is there.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out ReadHeader header)
    {
        header = default;
        if (bytes.Length < TarBlock.Size || !TarHeader.TryRead(bytes, out var first)) return false;
        if (first.Type == TarHeader.File)
        {
            header = new ReadHeader(first.Path, first.Size, first.Mtime, TarBlock.Size);
            return true;
        }

        if (bytes.Length < MaxLength || !TryReadSize(bytes.Slice(TarBlock.Size, TarBlock.Size), out var size)) return false;
        if (!first.Path.EndsWith(PaxSuffix, StringComparison.Ordinal)) return false;
        var read = new ReadHeader(first.Path[..^PaxSuffix.Length], size, first.Mtime, MaxLength);
        Span<byte> expected = stackalloc byte[MaxLength];
        Write(expected, read.Path, size, read.Mtime);
        if (!expected.SequenceEqual(bytes[..MaxLength])) return false;
        header = read;
        return true;
    }

    // POSIX pax, "Extended Header": "LENGTH size=VALUE\n", where LENGTH counts itself. From 8 GiB to 2^53 the record has 19 to 25 bytes, so two digits.
    private static byte[] PaxSize(long size)
    {
        var value = size.ToString(CultureInfo.InvariantCulture);
        return Encoding.ASCII.GetBytes($"{"00 size=\n".Length + value.Length} size={value}\n");
    }

    private static bool TryReadSize(ReadOnlySpan<byte> block, out long size)
    {
        size = 0;
        var end = block.IndexOf((byte)'\n');
        var value = block.IndexOf((byte)'=') + 1;
        return value > 0 && end > value
            && long.TryParse(block[value..end], NumberStyles.None, CultureInfo.InvariantCulture, out size)
            && size > TarHeader.MaxSize;
    }
}

/// <summary>A member's header as read.</summary>
/// <param name="Path">Path of the member.</param>
/// <param name="Size">Size of its data in bytes.</param>
/// <param name="Mtime">Seconds since 1970.</param>
/// <param name="Length">Length of the header in bytes.</param>
internal readonly record struct ReadHeader(string Path, long Size, long Mtime, int Length);

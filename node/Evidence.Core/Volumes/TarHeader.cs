using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Evidence.Core.Volumes;

/// <summary>
/// One ustar header block (POSIX.1-2017, pax, "ustar Interchange Format"), always written in the same way: mode 0644, owner 0 without names, numbers as zero-padded octal ended by NUL, the checksum as six digits, NUL, space.
/// So a header follows from name, size, time and type, and any other bytes are no header of ours.
/// </summary>
/// <param name="Path">Path of the member, ASCII, at most 100 bytes.</param>
/// <param name="Size">Size of its data in bytes, at most <see cref="MaxSize"/>.</param>
/// <param name="Mtime">Seconds since 1970.</param>
/// <param name="Type"><see cref="File"/> or <see cref="Pax"/>.</param>
internal readonly record struct TarHeader(string Path, long Size, long Mtime, byte Type)
{
    /// <summary>The largest size that eleven octal digits hold: 8 GiB less one.</summary>
    internal const long MaxSize = (1L << 33) - 1;

    internal const byte File = (byte)'0';
    internal const byte Pax = (byte)'x';

    private const int PathLength = 100;
    private const int SizeAt = 124, MtimeAt = 136, ChecksumAt = 148, TypeAt = 156, MagicAt = 257, DeviceAt = 329, NumberDigits = 11, ChecksumDigits = 6;

    /// <summary>Writes the block, 512 bytes.</summary>
    internal void Write(Span<byte> block)
    {
        Span<byte> path = stackalloc byte[PathLength];
        Write(block, path[..Encoding.ASCII.GetBytes(Path, path)], Size, Mtime, Type);
    }

    /// <summary>Writes a block, 512 bytes, without making strings.</summary>
    internal static void Write(Span<byte> block, ReadOnlySpan<byte> path, long size, long mtime, byte type)
    {
        block = block[..TarBlock.Size];
        block.Clear();
        path.CopyTo(block[..PathLength]);
        "0000644"u8.CopyTo(block[100..]);
        "0000000"u8.CopyTo(block[108..]);
        "0000000"u8.CopyTo(block[116..]);
        WriteOctal(block.Slice(SizeAt, NumberDigits), size);
        WriteOctal(block.Slice(MtimeAt, NumberDigits), mtime);
        block[TypeAt] = type;
        "ustar\000"u8.CopyTo(block[MagicAt..]);
        "0000000"u8.CopyTo(block[DeviceAt..]);
        "0000000"u8.CopyTo(block[(DeviceAt + 8)..]);
        WriteChecksum(block);
    }

    /// <summary>Reads a block that <see cref="Write(Span{byte})"/> could have written, byte for byte; false for any other.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> block, out TarHeader header)
    {
        header = default;
        block = block[..TarBlock.Size];
        if (block[0] == 0 || block[TypeAt] is not (File or Pax)) return false;
        var length = block[..PathLength].IndexOf((byte)0);
        var path = block[..(length < 0 ? PathLength : length)];
        if (path.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return false;
        if (!TryReadOctal(block.Slice(SizeAt, NumberDigits), out var size) || !TryReadOctal(block.Slice(MtimeAt, NumberDigits), out var mtime)) return false;
        var read = new TarHeader(Encoding.ASCII.GetString(path), size, mtime, block[TypeAt]);
        Span<byte> expected = stackalloc byte[TarBlock.Size];
        read.Write(expected);
        if (!expected.SequenceEqual(block)) return false;
        header = read;
        return true;
    }

    /// <summary>The size in a block that may be none of ours; false when it holds no number there.</summary>
    internal static bool TryReadSize(ReadOnlySpan<byte> block, out long size) => TryReadOctal(block.Slice(SizeAt, NumberDigits), out size);

    /// <summary>The time in a block that may be none of ours; false when it holds no number there.</summary>
    internal static bool TryReadMtime(ReadOnlySpan<byte> block, out long mtime) => TryReadOctal(block.Slice(MtimeAt, NumberDigits), out mtime);

    /// <summary>The digits of the size in a block.</summary>
    internal static ReadOnlySpan<byte> SizeOf(ReadOnlySpan<byte> block) => block.Slice(SizeAt, NumberDigits);

    /// <summary>The digits of the size in a block, to be written.</summary>
    internal static Span<byte> SizeOf(Span<byte> block) => block.Slice(SizeAt, NumberDigits);

    /// <summary>The checksum that <see cref="Write(Span{byte})"/> wrote.</summary>
    internal static int ChecksumOf(ReadOnlySpan<byte> block) => TryReadOctal(block.Slice(ChecksumAt, ChecksumDigits), out var sum) ? (int)sum : throw new FormatException("The header holds no checksum.");

    /// <summary>Writes the digits of a checksum that was computed elsewhere.</summary>
    internal static void WriteChecksum(Span<byte> block, int sum) => WriteOctal(block.Slice(ChecksumAt, ChecksumDigits), sum);

    private static void WriteChecksum(Span<byte> block)
    {
        block.Slice(ChecksumAt, 8).Fill((byte)' ');
        WriteOctal(block.Slice(ChecksumAt, ChecksumDigits), Sum(block));
        block[ChecksumAt + ChecksumDigits] = 0;
    }

    // A block has 512 bytes of at most 255: each of eight lanes stays within 16 bits.
    private static int Sum(ReadOnlySpan<byte> block)
    {
        var sums = Vector128<ushort>.Zero;
        foreach (var bytes in MemoryMarshal.Cast<byte, Vector128<byte>>(block))
        {
            var (low, high) = Vector128.Widen(bytes);
            sums += low + high;
        }

        var (a, b) = Vector128.Widen(sums);
        return (int)Vector128.Sum(a + b);
    }

    private static void WriteOctal(Span<byte> digits, long value)
    {
        for (var i = digits.Length - 1; i >= 0; i--, value >>= 3) digits[i] = (byte)('0' + (value & 7));
        if (value != 0) throw new ArgumentOutOfRangeException(nameof(value), "The number does not fit a tar header.");
    }

    private static bool TryReadOctal(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7') return false;
            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }
}

using System.Buffers.Binary;
using System.Text;
using Evidence.Core;

namespace Evidence.Ledger.Abi;

/// <summary>Reads ABI-encoded data word by word; anything that does not fit is a <see cref="FormatException"/>.</summary>
internal readonly struct AbiReader(ReadOnlyMemory<byte> data)
{
    private const int WordSize = 32;

    private static readonly UTF8Encoding Utf8 = new(false, true);

    internal ReadOnlySpan<byte> Word(int index) =>
        index >= 0 && data.Length / WordSize > index
            ? data.Span.Slice(index * WordSize, WordSize)
            : throw new FormatException($"ABI data of {data.Length} bytes has no word {index}.");

    internal ulong Uint64(int index) =>
        Word(index)[..24].ContainsAnyExcept((byte)0)
            ? throw new FormatException($"Word {index} of the ABI data is larger than 64 bits.")
            : BinaryPrimitives.ReadUInt64BigEndian(Word(index)[24..]);

    internal Digest Digest(int index) => new(Word(index));

    internal byte[] Address(int index) =>
        Word(index)[..12].ContainsAnyExcept((byte)0)
            ? throw new FormatException($"Word {index} of the ABI data is not an address.")
            : Word(index)[12..].ToArray();

    /// <summary>What the head at <paramref name="index"/> points to.</summary>
    internal AbiReader At(int index)
    {
        var offset = Uint64(index);
        return offset <= (ulong)data.Length
            ? new AbiReader(data[(int)offset..])
            : throw new FormatException($"Word {index} of the ABI data points behind its end.");
    }

    /// <summary>The text whose offset stands at <paramref name="index"/>.</summary>
    internal string Text(int index)
    {
        var tail = At(index);
        var length = tail.Uint64(0);
        return tail.Fits(length)
            ? Utf8.GetString(tail.Rest.Span[..(int)length])
            : throw new FormatException("Text in the ABI data is longer than the data.");
    }

    private ReadOnlyMemory<byte> Rest => data[WordSize..];

    private bool Fits(ulong length) => length <= (ulong)Rest.Length;
}

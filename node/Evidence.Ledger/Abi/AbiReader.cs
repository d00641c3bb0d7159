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
        try
        {
            return Utf8.GetString(Bytes(index));
        }
        catch (ArgumentException e)
        {
            throw new FormatException("Text in the ABI data is not UTF-8.", e);
        }
    }

    /// <summary>The bytes whose offset stands at <paramref name="index"/>.</summary>
    internal byte[] Bytes(int index)
    {
        var tail = At(index);
        var length = tail.Uint64(0);
        return tail.Fits(length) ? tail.Rest[..(int)length].ToArray() : throw new FormatException("Bytes in the ABI data are longer than the data.");
    }

    /// <summary>The list of addresses whose offset stands at <paramref name="index"/>, each with its EIP-55 checksum.</summary>
    internal IReadOnlyList<string> Addresses(int index)
    {
        var list = At(index);
        return [.. Enumerable.Range(1, list.Count(int.MaxValue)).Select(item => AccountAddress.Format(list.Address(item)))];
    }

    /// <summary>The list of dynamic values whose offset stands at <paramref name="index"/>: each can be read like the data of a call.</summary>
    internal IReadOnlyList<AbiReader> Items(int index, int atMost)
    {
        var list = At(index);
        var count = list.Count(atMost);
        return [.. Enumerable.Range(0, count).Select(new AbiReader(list.Rest).At)];
    }

    /// <summary>The number of items that the list at the beginning of this data states.</summary>
    /// <exception cref="FormatException">More than <paramref name="atMost"/>, or more than the data can hold.</exception>
    internal int Count(int atMost)
    {
        var count = Uint64(0);
        return count <= (ulong)atMost && count <= (ulong)Rest.Length / WordSize
            ? (int)count
            : throw new FormatException($"{count} items were returned where at most {atMost} were asked for, in {Rest.Length} bytes.");
    }

    private ReadOnlyMemory<byte> Rest => data[WordSize..];

    private bool Fits(ulong length) => length <= (ulong)Rest.Length;
}

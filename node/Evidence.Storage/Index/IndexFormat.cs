using System.Buffers.Binary;
using Evidence.Core;

namespace Evidence.Storage.Index;

/// <summary>
/// Keys and values of the index. Numbers are big-endian, so that keys sort by them:
/// r record → leaf; l last leaf of a chunk → the leaves of the chunk; d content SHA-256, leaf → nothing; s seal SHA-256, leaf → nothing; v volume → length that the index covers, closed; f → format.
/// </summary>
internal static class IndexFormat
{
    internal const byte Record = (byte)'r', Leaf = (byte)'l', Content = (byte)'d', Seal = (byte)'s', Volume = (byte)'v', Format = (byte)'f';

    /// <summary>The longest key: a digest and a leaf.</summary>
    internal const int DigestKeySize = 1 + Digest.Size + sizeof(ulong);

    internal const int RecordKeySize = 1 + RecordId.Size;
    internal const int NumberKeySize = 1 + sizeof(ulong);
    private const int VolumeValueSize = 9;

    /// <summary>An index of any other format is made anew.</summary>
    internal static ReadOnlySpan<byte> Version => "evidence.index/2"u8;

    internal static void WriteRecordKey(Span<byte> key, RecordId record)
    {
        key[0] = Record;
        record.CopyTo(key[1..]);
    }

    internal static void WriteNumberKey(Span<byte> key, byte kind, ulong number)
    {
        key[0] = kind;
        BinaryPrimitives.WriteUInt64BigEndian(key[1..], number);
    }

    internal static void WriteDigestKey(Span<byte> key, byte kind, in Digest sha256, ulong leaf)
    {
        key[0] = kind;
        sha256.CopyTo(key[1..]);
        BinaryPrimitives.WriteUInt64BigEndian(key[(1 + Digest.Size)..], leaf);
    }

    internal static byte[] RecordKey(RecordId record)
    {
        var key = new byte[RecordKeySize];
        WriteRecordKey(key, record);
        return key;
    }

    /// <summary>Key of the chunk that ends with this leaf.</summary>
    internal static byte[] LeafKey(ulong leaf)
    {
        var key = new byte[NumberKeySize];
        WriteNumberKey(key, Leaf, leaf);
        return key;
    }

    internal static byte[] DigestPrefix(byte kind, Digest sha256) => [kind, .. sha256.ToArray()];

    internal static byte[] DigestKey(byte kind, Digest sha256, ulong leaf)
    {
        var key = new byte[DigestKeySize];
        WriteDigestKey(key, kind, sha256, leaf);
        return key;
    }

    internal static byte[] VolumeKey(uint volume)
    {
        var key = new byte[1 + sizeof(uint)];
        key[0] = Volume;
        BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(1), volume);
        return key;
    }

    internal static byte[] NumberValue(ulong number)
    {
        var value = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(value, number);
        return value;
    }

    internal static byte[] VolumeValue(VolumeState state) => [.. NumberValue((ulong)state.DurableLength), state.Closed ? (byte)1 : (byte)0];

    internal static ulong ReadNumber(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt64BigEndian(Sized(value, sizeof(ulong)));

    /// <summary>The leaf at the end of a digest's key.</summary>
    internal static ulong ReadDigestLeaf(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt64BigEndian(Sized(key, DigestKeySize)[(1 + Digest.Size)..]);

    internal static VolumeState ReadVolume(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => new(
        BinaryPrimitives.ReadUInt32BigEndian(Sized(key, 1 + sizeof(uint))[1..]),
        (long)ReadNumber(Sized(value, VolumeValueSize)[..8]),
        value[8] != 0);

    private static ReadOnlySpan<byte> Sized(ReadOnlySpan<byte> bytes, int size) => bytes.Length == size
        ? bytes
        : throw new LevelDb.LevelDbException($"Corruption: an index entry has {bytes.Length} bytes instead of {size}.");
}

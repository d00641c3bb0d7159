using System.Buffers.Binary;
using Evidence.Core;

namespace Evidence.Storage.Index;

/// <summary>
/// Keys and values of the index. Numbers are big-endian, so that keys sort by them:
/// r record → place; l leaf → record, seal SHA-256, place; d content SHA-256, record → nothing; s seal SHA-256 → leaf; v volume → length that the index covers, closed.
/// </summary>
internal static class IndexFormat
{
    internal const byte Record = (byte)'r', Leaf = (byte)'l', Content = (byte)'d', Seal = (byte)'s', Volume = (byte)'v';

    /// <summary>Volume u32, offset u64, length u64, leaf u64.</summary>
    internal const int PlaceSize = 4 + 8 + 8 + 8;

    private const int LeafValueSize = RecordId.Size + Digest.Size + PlaceSize;
    private const int VolumeValueSize = 9;

    internal static byte[] RecordKey(RecordId record)
    {
        var key = new byte[1 + RecordId.Size];
        key[0] = Record;
        record.CopyTo(key.AsSpan(1));
        return key;
    }

    internal static byte[] LeafKey(ulong leaf)
    {
        var key = new byte[1 + sizeof(ulong)];
        key[0] = Leaf;
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(1), leaf);
        return key;
    }

    internal static byte[] ContentPrefix(Digest sha256) => [Content, .. sha256.ToArray()];

    internal static byte[] ContentKey(Digest sha256, RecordId record)
    {
        var key = new byte[1 + Digest.Size + RecordId.Size];
        key[0] = Content;
        sha256.CopyTo(key.AsSpan(1));
        record.CopyTo(key.AsSpan(1 + Digest.Size));
        return key;
    }

    internal static byte[] SealKey(Digest sha256) => [Seal, .. sha256.ToArray()];

    internal static byte[] VolumeKey(uint volume)
    {
        var key = new byte[1 + sizeof(uint)];
        key[0] = Volume;
        BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(1), volume);
        return key;
    }

    internal static byte[] PlaceValue(Place place)
    {
        var value = new byte[PlaceSize];
        Write(value, place);
        return value;
    }

    internal static byte[] LeafValue(RecordId record, Digest sealSha256, Place place)
    {
        var value = new byte[LeafValueSize];
        record.CopyTo(value);
        sealSha256.CopyTo(value.AsSpan(RecordId.Size));
        Write(value.AsSpan(RecordId.Size + Digest.Size), place);
        return value;
    }

    internal static byte[] NumberValue(ulong number)
    {
        var value = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(value, number);
        return value;
    }

    internal static byte[] VolumeValue(VolumeState state) => [.. NumberValue((ulong)state.DurableLength), state.Closed ? (byte)1 : (byte)0];

    internal static Place ReadPlace(ReadOnlySpan<byte> value) => new(
        BinaryPrimitives.ReadUInt32BigEndian(Sized(value, PlaceSize)),
        BinaryPrimitives.ReadUInt64BigEndian(value[4..]),
        BinaryPrimitives.ReadUInt64BigEndian(value[12..]),
        BinaryPrimitives.ReadUInt64BigEndian(value[20..]));

    internal static IndexedLeaf ReadLeaf(ReadOnlySpan<byte> value) => new(
        RecordId.FromBytes(Sized(value, LeafValueSize)),
        new Digest(value.Slice(RecordId.Size, Digest.Size)),
        ReadPlace(value[(RecordId.Size + Digest.Size)..]));

    internal static ulong ReadNumber(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt64BigEndian(Sized(value, sizeof(ulong)));

    internal static RecordId ReadContentRecord(ReadOnlySpan<byte> key) => RecordId.FromBytes(Sized(key, 1 + Digest.Size + RecordId.Size)[(1 + Digest.Size)..]);

    internal static VolumeState ReadVolume(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => new(
        BinaryPrimitives.ReadUInt32BigEndian(Sized(key, 1 + sizeof(uint))[1..]),
        (long)ReadNumber(Sized(value, VolumeValueSize)[..8]),
        value[8] != 0);

    private static ReadOnlySpan<byte> Sized(ReadOnlySpan<byte> bytes, int size) => bytes.Length == size
        ? bytes
        : throw new LevelDb.LevelDbException($"Corruption: an index entry has {bytes.Length} bytes instead of {size}.");

    private static void Write(Span<byte> value, Place place)
    {
        BinaryPrimitives.WriteUInt32BigEndian(value, place.Volume);
        BinaryPrimitives.WriteUInt64BigEndian(value[4..], place.Offset);
        BinaryPrimitives.WriteUInt64BigEndian(value[12..], place.Length);
        BinaryPrimitives.WriteUInt64BigEndian(value[20..], place.Leaf);
    }
}

using System.Buffers;
using System.Numerics;

namespace Evidence.Core.Log;

/// <summary>The hashes of a Merkle tree (RFC 9162, section 2.1.1), by the framework's SHA-256.</summary>
public static class MerkleTree
{
    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;
    private const int StackLimit = 4096;

    /// <summary>The root of the tree without leaves: SHA-256 of nothing.</summary>
    public static Digest EmptyRoot { get; } = Digest.Of([]);

    /// <summary>SHA-256(0x00 || <paramref name="entry"/>).</summary>
    public static Digest LeafHash(ReadOnlySpan<byte> entry)
    {
        if (entry.Length < StackLimit) return LeafHash(entry, stackalloc byte[StackLimit]);
        var rented = ArrayPool<byte>.Shared.Rent(entry.Length + 1);
        try
        {
            return LeafHash(entry, rented);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static Digest LeafHash(ReadOnlySpan<byte> entry, Span<byte> buffer)
    {
        buffer[0] = LeafPrefix;
        entry.CopyTo(buffer[1..]);
        return Digest.Of(buffer[..(entry.Length + 1)]);
    }

    /// <summary>SHA-256(0x01 || <paramref name="left"/> || <paramref name="right"/>).</summary>
    public static Digest NodeHash(in Digest left, in Digest right)
    {
        Span<byte> node = stackalloc byte[1 + (2 * Digest.Size)];
        node[0] = NodePrefix;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + Digest.Size)..]);
        return Digest.Of(node);
    }

    /// <summary>The root of the tree over <paramref name="leafHashes"/>, which are hashes already.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leafHashes)
    {
        if (leafHashes.Length == 0) return EmptyRoot;
        if (leafHashes.Length == 1) return leafHashes[0];
        var split = (int)Split((ulong)leafHashes.Length);
        return NodeHash(Root(leafHashes[..split]), Root(leafHashes[split..]));
    }

    /// <summary>The k of RFC 9162: the largest power of two that is smaller than <paramref name="size"/>, which is at least 2.</summary>
    internal static ulong Split(ulong size) => 1UL << BitOperations.Log2(size - 1);
}

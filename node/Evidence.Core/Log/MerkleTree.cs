using System.Buffers;
using System.Numerics;
using Evidence.Core.Hashing;

namespace Evidence.Core.Log;

/// <summary>The hashes of a Merkle tree (RFC 9162, section 2.1.1). Single ones are by the framework's SHA-256.</summary>
public static class MerkleTree
{
    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;
    private const int StackLimit = 4096;
    private const int Stretch = 4096; // leaves whose inner nodes stay in the processor's cache

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

    /// <summary>The root of the tree over <paramref name="leafHashes"/>, which are hashes already; many nodes at once. A root that is to be called wrong must be had from <see cref="BulkSha256.Framework"/> first.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leafHashes) => Root(leafHashes, BulkSha256.Best);

    /// <summary>As the other overload, with a given way of hashing.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leafHashes, BulkSha256 by)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (leafHashes.Length == 0) return EmptyRoot;
        if (leafHashes.Length <= TileId.FullWidth) return Reduce(leafHashes, stackalloc Digest[(leafHashes.Length + 1) / 2], by);
        var scratch = ArrayPool<Digest>.Shared.Rent((Stretch / 2) + ((leafHashes.Length + Stretch - 1) / Stretch));
        try
        {
            return Root(leafHashes, scratch.AsSpan(0, Stretch / 2), scratch.AsSpan(Stretch / 2), by);
        }
        finally
        {
            ArrayPool<Digest>.Shared.Return(scratch);
        }
    }

    // Every split falls between stretches: the tree is the tree over the roots of the stretches.
    private static Digest Root(ReadOnlySpan<Digest> leafHashes, Span<Digest> nodes, Span<Digest> roots, BulkSha256 by)
    {
        var count = 0;
        for (; leafHashes.Length > Stretch; leafHashes = leafHashes[Stretch..]) roots[count++] = Reduce(leafHashes[..Stretch], nodes, by);
        roots[count++] = Reduce(leafHashes, nodes, by);
        return Reduce(roots[..count], roots, by);
    }

    // Level by level; a node without a neighbour goes up as it is.
    private static Digest Reduce(ReadOnlySpan<Digest> level, Span<Digest> nodes, BulkSha256 by)
    {
        while (level.Length > 1)
        {
            var pairs = level.Length / 2;
            by.HashNodes(level[..(2 * pairs)], nodes[..pairs]);
            if (level.Length % 2 != 0) nodes[pairs] = level[^1];
            level = nodes[..(level.Length - pairs)];
        }

        return level[0];
    }

    /// <summary>The k of RFC 9162: the largest power of two that is smaller than <paramref name="size"/>, which is at least 2.</summary>
    internal static ulong Split(ulong size) => 1UL << BitOperations.Log2(size - 1);
}

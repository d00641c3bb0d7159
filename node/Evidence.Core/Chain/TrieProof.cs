using Evidence.Core.Crypto;

namespace Evidence.Core.Chain;

/// <summary>Checks Merkle-Patricia proofs (Yellow Paper, appendix D).</summary>
public static class TrieProof
{
    private const int BranchItems = 17, HashLength = 32;

    private static readonly byte[] EmptyRoot = Keccak256.Hash(Rlp.Encode([]));

    /// <summary>
    /// The value that the trie with this root holds under <paramref name="key"/>, as <paramref name="nodes"/> (root first, each used once) prove it;
    /// null when they do not prove that there is a value: a node missing, changed, left over, malformed, or another key.
    /// </summary>
    public static byte[]? Verify(ReadOnlySpan<byte> root, ReadOnlySpan<byte> key, IReadOnlyList<byte[]> nodes)
    {
        try
        {
            return Find(root, key, nodes);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The value that the trie with this root holds under <paramref name="key"/>; null when <paramref name="nodes"/> prove that it holds none.</summary>
    /// <exception cref="FormatException">The nodes (root first, each used once) prove neither.</exception>
    public static byte[]? Find(ReadOnlySpan<byte> root, ReadOnlySpan<byte> key, IReadOnlyList<byte[]> nodes)
    {
        if (nodes.Count == 0 && root.SequenceEqual(EmptyRoot)) return null;
        var used = 0;
        var value = Walk(root, Nibbles.Of(key), nodes, ref used);
        return used == nodes.Count ? value : throw new FormatException("A trie node is left over.");
    }

    private static byte[]? Walk(ReadOnlySpan<byte> root, ReadOnlySpan<byte> path, IReadOnlyList<byte[]> nodes, ref int used)
    {
        var node = Load(nodes, ref used, root);
        while (true)
        {
            if (Step(node, ref path) is not { } next) return null;
            if (next.IsValue) return next.Item.Text("value") is { IsEmpty: false } value ? value.ToArray() : null;
            node = next.Item.IsList ? Embedded(next.Item) : Load(nodes, ref used, next.Item.Fixed(HashLength, "node reference"));
        }
    }

    /// <summary>One node further down the path; null when the node has no such way.</summary>
    private static (RlpItem Item, bool IsValue)? Step(RlpItem node, ref ReadOnlySpan<byte> path)
    {
        var items = node.List("A trie node");
        if (items.Count == BranchItems) return StepFromBranch(items, ref path);
        if (items.Count != 2) throw new FormatException($"A trie node has 2 or {BranchItems} items, not {items.Count}.");
        var (own, leaf) = Nibbles.ReadHexPrefix(items[0].Text("path").Span);
        if (leaf) return path.SequenceEqual(own) ? (items[1], true) : null;
        if (own.Length == 0) throw new FormatException("An extension node has an empty path.");
        if (!path.StartsWith(own)) return null;
        path = path[own.Length..];
        return (items[1], false);
    }

    private static (RlpItem Item, bool IsValue)? StepFromBranch(IReadOnlyList<RlpItem> items, ref ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty) return (items[16], true);
        var child = items[path[0]];
        path = path[1..];
        return child is { IsList: false, Bytes.IsEmpty: true } ? null : (child, false);
    }

    private static RlpItem Load(IReadOnlyList<byte[]> nodes, ref int used, ReadOnlySpan<byte> hash)
    {
        if (used == nodes.Count) throw new FormatException("A trie node is missing.");
        var node = nodes[used++];
        return Keccak256.Hash(node).AsSpan().SequenceEqual(hash) ? Rlp.Decode(node) : throw new FormatException("A trie node does not have the hash that its parent names.");
    }

    private static RlpItem Embedded(RlpItem node) =>
        node.Raw.Length < HashLength ? node : throw new FormatException("A trie node of 32 bytes or more stands in its parent.");
}

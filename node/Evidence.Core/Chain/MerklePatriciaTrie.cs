using Evidence.Core.Crypto;

namespace Evidence.Core.Chain;

/// <summary>A Merkle-Patricia trie (Yellow Paper, appendix D) built once from all its entries. <see cref="TrieProof"/> checks what <see cref="Proof"/> makes.</summary>
internal sealed class MerklePatriciaTrie
{
    private static readonly byte[] Empty = Rlp.Encode([]);

    private readonly TrieNode? _root;

    /// <summary>Keys are distinct; an entry with an empty value is no entry.</summary>
    internal MerklePatriciaTrie(IEnumerable<(byte[] Key, byte[] Value)> entries)
    {
        var sorted = entries.Where(static entry => entry.Value.Length > 0).Select(static entry => (Nibbles: Nibbles.Of(entry.Key), entry.Value)).ToArray();
        Array.Sort(sorted, static (left, right) => left.Nibbles.AsSpan().SequenceCompareTo(right.Nibbles));
        _root = sorted.Length == 0 ? null : TrieNode.Build(sorted, 0);
        Root = Keccak256.Hash(_root?.Encoded ?? Empty);
    }

    /// <summary>Keccak-256 of the root node, 32 bytes.</summary>
    internal byte[] Root { get; }

    /// <summary>The nodes from the root towards <paramref name="key"/>; a node that its parent holds in itself is not named again.</summary>
    internal IReadOnlyList<byte[]> Proof(ReadOnlySpan<byte> key)
    {
        var path = Nibbles.Of(key).AsSpan();
        var proof = new List<byte[]>();
        for (var node = _root; node is not null; node = Step(node, ref path))
        {
            if (node == _root || node.IsHashed) proof.Add(node.Encoded);
        }

        return proof;
    }

    private static TrieNode? Step(TrieNode node, ref Span<byte> path)
    {
        if (!path.StartsWith(node.Path)) return null;
        path = path[node.Path.Length..];
        if (node.Children.Length < 16) return node.Children.FirstOrDefault();
        if (path.IsEmpty) return null;
        var child = node.Children[path[0]];
        path = path[1..];
        return child;
    }
}

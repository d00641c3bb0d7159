using Evidence.Core.Crypto;

namespace Evidence.Core.Chain;

/// <summary>A node of a trie that is being built (Yellow Paper, appendix D): leaf, extension or branch.</summary>
internal sealed class TrieNode
{
    private const int HashLength = 32;

    private TrieNode(byte[] path, byte[] encoded, TrieNode?[] children) => (Path, Encoded, Children) = (path, encoded, children);

    /// <summary>What the node itself takes of the key; empty for a branch.</summary>
    internal byte[] Path { get; }

    internal byte[] Encoded { get; }

    /// <summary>None for a leaf, one for an extension, sixteen for a branch.</summary>
    internal TrieNode?[] Children { get; }

    /// <summary>Whether the parent holds the node's hash and not the node itself.</summary>
    internal bool IsHashed => Encoded.Length >= HashLength;

    private byte[] Reference => IsHashed ? Rlp.Encode(Keccak256.Hash(Encoded)) : Encoded;

    /// <summary>Builds the subtrie of entries that are sorted, distinct, and equal in their first <paramref name="depth"/> nibbles.</summary>
    internal static TrieNode Build(ReadOnlySpan<(byte[] Nibbles, byte[] Value)> entries, int depth)
    {
        var first = entries[0].Nibbles.AsSpan(depth);
        if (entries.Length == 1) return Leaf(first, entries[0].Value);
        var shared = first.CommonPrefixLength(entries[^1].Nibbles.AsSpan(depth));
        return shared == 0 ? Branch(entries, depth) : Extension(first[..shared], Branch(entries, depth + shared));
    }

    private static TrieNode Leaf(ReadOnlySpan<byte> path, byte[] value) =>
        new(path.ToArray(), Rlp.EncodeList([Rlp.Encode(Nibbles.HexPrefix(path, leaf: true)), Rlp.Encode(value)]), []);

    private static TrieNode Extension(ReadOnlySpan<byte> path, TrieNode child) =>
        new(path.ToArray(), Rlp.EncodeList([Rlp.Encode(Nibbles.HexPrefix(path, leaf: false)), child.Reference]), [child]);

    private static TrieNode Branch(ReadOnlySpan<(byte[] Nibbles, byte[] Value)> entries, int depth)
    {
        var value = entries[0].Nibbles.Length == depth ? entries[0].Value : [];
        var rest = value.Length > 0 ? entries[1..] : entries;
        var children = new TrieNode?[16];
        while (!rest.IsEmpty)
        {
            var nibble = rest[0].Nibbles[depth];
            var count = 1;
            while (count < rest.Length && rest[count].Nibbles[depth] == nibble) count++;
            children[nibble] = Build(rest[..count], depth + 1);
            rest = rest[count..];
        }

        var references = children.Select(static child => child?.Reference ?? Rlp.Encode([]));
        return new TrieNode([], Rlp.EncodeList([.. references, Rlp.Encode(value)]), children);
    }
}

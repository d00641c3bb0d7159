namespace Evidence.Core.Chain;

/// <summary>Paths of a Merkle-Patricia trie: one half byte an element, and their hex-prefix form (Yellow Paper, appendix C).</summary>
internal static class Nibbles
{
    private const int LeafFlag = 2, OddFlag = 1;

    internal static byte[] Of(ReadOnlySpan<byte> key)
    {
        var nibbles = new byte[key.Length * 2];
        for (var i = 0; i < key.Length; i++) (nibbles[2 * i], nibbles[2 * i + 1]) = ((byte)(key[i] >> 4), (byte)(key[i] & 0xf));
        return nibbles;
    }

    internal static byte[] HexPrefix(ReadOnlySpan<byte> nibbles, bool leaf)
    {
        var odd = nibbles.Length % 2;
        var flags = (leaf ? LeafFlag : 0) | odd;
        var encoded = new byte[1 + nibbles.Length / 2];
        encoded[0] = (byte)(flags << 4 | (odd == OddFlag ? nibbles[0] : 0));
        for (var i = odd; i < nibbles.Length; i += 2) encoded[(i + 2 - odd) / 2] = (byte)(nibbles[i] << 4 | nibbles[i + 1]);
        return encoded;
    }

    /// <summary>Reads a hex-prefix path; <see cref="FormatException"/> when it is not canonical.</summary>
    internal static (byte[] Path, bool Leaf) ReadHexPrefix(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty) throw new FormatException("A trie path is empty.");
        var flags = encoded[0] >> 4;
        var odd = (flags & OddFlag) != 0;
        if (flags > (LeafFlag | OddFlag) || (!odd && (encoded[0] & 0xf) != 0)) throw new FormatException("A trie path has unknown flags.");
        return (Of(encoded)[(odd ? 1 : 2)..], (flags & LeafFlag) != 0);
    }
}

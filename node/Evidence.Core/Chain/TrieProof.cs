namespace Evidence.Core.Chain;

/// <summary>Checks Merkle-Patricia proofs (Yellow Paper, appendix D).</summary>
public static class TrieProof
{
    /// <summary>
    /// The value that the trie with this root holds under <paramref name="key"/>, as <paramref name="nodes"/> (root first, each used once) prove it;
    /// null when they do not prove that there is a value: a node missing, changed, left over, malformed, or another key.
    /// </summary>
    public static byte[]? Verify(ReadOnlySpan<byte> root, ReadOnlySpan<byte> key, IReadOnlyList<byte[]> nodes) => throw new NotImplementedException();
}

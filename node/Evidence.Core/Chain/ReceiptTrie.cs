namespace Evidence.Core.Chain;

/// <summary>The Merkle-Patricia trie over the receipts of one block, keyed by RLP of the index.</summary>
public sealed class ReceiptTrie
{
    private readonly MerklePatriciaTrie _trie;

    private ReceiptTrie(IReadOnlyList<byte[]> receipts) =>
        _trie = new MerklePatriciaTrie(receipts.Select(static (receipt, index) => (Key(index), receipt)));

    /// <summary>The root that the block's header must hold, 32 bytes.</summary>
    public byte[] Root => [.. _trie.Root];

    /// <summary>Builds the trie of all receipts of a block, each as <see cref="Receipt.Encode"/> gives it, in order.</summary>
    public static ReceiptTrie Build(IReadOnlyList<byte[]> receipts) => new(receipts);

    /// <summary>The key of the receipt at an index.</summary>
    public static byte[] Key(int index) => Rlp.Encode((ulong)index);

    /// <summary>The nodes from the root to the receipt at <paramref name="index"/>, each RLP.</summary>
    public IReadOnlyList<byte[]> Proof(int index) => _trie.Proof(Key(index));
}

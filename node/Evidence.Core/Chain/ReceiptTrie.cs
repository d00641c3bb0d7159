namespace Evidence.Core.Chain;

/// <summary>The Merkle-Patricia trie over the receipts of one block, keyed by RLP of the index.</summary>
public sealed class ReceiptTrie
{
    /// <summary>Builds the trie of all receipts of a block, each as <see cref="Receipt.Encode"/> gives it, in order.</summary>
    public static ReceiptTrie Build(IReadOnlyList<byte[]> receipts) => throw new NotImplementedException();

    /// <summary>The root that the block's header must hold, 32 bytes.</summary>
    public byte[] Root => throw new NotImplementedException();

    /// <summary>The nodes from the root to the receipt at <paramref name="index"/>, each RLP.</summary>
    public IReadOnlyList<byte[]> Proof(int index) => throw new NotImplementedException();
}

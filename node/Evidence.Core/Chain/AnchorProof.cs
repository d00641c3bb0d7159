namespace Evidence.Core.Chain;

/// <summary>What was captured when a checkpoint was anchored: all that an offline verifier needs of the ledger.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Contract">20-byte address of the EvidenceAnchor contract, lower-case hex with 0x.</param>
/// <param name="LogId">The log's id on the ledger: SHA-256 of its verifier key text.</param>
/// <param name="Size">Number of leaves that were anchored.</param>
/// <param name="Root">Root of the tree of that size.</param>
/// <param name="Checkpoint">The log's signed checkpoint of that size: a C2SP signed note, as text.</param>
/// <param name="BlockNumber">Height of the block.</param>
/// <param name="BlockHash">Keccak-256 of the header, 32 bytes.</param>
/// <param name="Header">RLP of the block header.</param>
/// <param name="TransactionHash">Keccak-256 of the transaction, 32 bytes.</param>
/// <param name="TransactionIndex">Index of the transaction and of its receipt in the block.</param>
/// <param name="Receipt">The receipt as it stands in the receipts trie: typed envelope or RLP.</param>
/// <param name="ReceiptProof">Nodes of the receipts trie from the root to the receipt, each RLP.</param>
/// <param name="FollowingHeaders">RLP of the headers that follow the block, without a gap, for consensus that needs them (Clique); otherwise empty.</param>
public sealed record AnchorProof(
    ulong ChainId,
    string Contract,
    Digest LogId,
    ulong Size,
    Digest Root,
    string Checkpoint,
    ulong BlockNumber,
    byte[] BlockHash,
    byte[] Header,
    byte[] TransactionHash,
    int TransactionIndex,
    byte[] Receipt,
    IReadOnlyList<byte[]> ReceiptProof,
    IReadOnlyList<byte[]> FollowingHeaders);

using Evidence.Core;
using Evidence.Core.Chain;

namespace Evidence.Tests.Ledger;

/// <summary>Blocks, receipts and anchor proofs made here, without a chain.</summary>
internal static class SampleChain
{
    internal static readonly byte[] Contract = [.. Enumerable.Range(1, 20).Select(static i => (byte)i)];

    internal static string ContractText => "0x" + Convert.ToHexStringLower(Contract);

    /// <summary>A Prague header's fields; the receipts root is all zero.</summary>
    internal static byte[][] HeaderFields() =>
    [
        new byte[32], new byte[32], new byte[20], new byte[32], new byte[32], new byte[32], new byte[256], [], [0x12], [0x01, 0xc9], [0x01],
        Rlp.IntegerBytes(1_800_000_000), [1, 2, 3], new byte[32], new byte[8], [7], new byte[32], [], [], new byte[32], new byte[32],
    ];

    internal static BlockHeader Header(byte[] receiptsRoot, ulong number = 18, byte[]? parent = null)
    {
        var fields = HeaderFields();
        fields[5] = receiptsRoot;
        fields[8] = Rlp.IntegerBytes(number);
        if (parent is not null) fields[0] = parent;
        return BlockHeader.FromFields(fields);
    }

    internal static Receipt Receipt(params LogEntry[] logs) => new(2, [1], 50_000, new byte[256], logs);

    internal static AnchorProof Anchor(Digest logId, ulong size, Digest root, string checkpoint, Receipt? receipt = null)
    {
        var own = (receipt ?? Receipt(new AnchoredEvent(logId, size, root, 0).ToLogEntry(Contract))).Encode();
        var trie = ReceiptTrie.Build([Receipt().Encode(), own, Receipt().Encode()]);
        var header = Header(trie.Root);
        return new AnchorProof(
            31337, ContractText, logId, size, root, checkpoint, header.Number, header.Hash, header.Rlp.ToArray(), new byte[32], 1, own, trie.Proof(1), []);
    }
}

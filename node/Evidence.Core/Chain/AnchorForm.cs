using System.Globalization;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Verification;

namespace Evidence.Core.Chain;

/// <summary>Whether the parts of an anchor proof fit each other, from the header down to the event.</summary>
internal static class AnchorForm
{
    /// <summary>Events that a finding quotes: one transaction can write thousands.</summary>
    private const int MaxEvents = 8;

    /// <summary>Adds what it finds to <paramref name="list"/>; the headers when the first could be read.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="consensus">How the chain agrees on its blocks; null when nobody says, and then any consensus that gives the stated hash will do.</param>
    /// <param name="list">Takes the findings.</param>
    internal static HeaderChain? Check(AnchorProof proof, string? consensus, FindingList list)
    {
        CheckCheckpoint(proof, list);
        var header = Read("header", list, () => BlockHeader.Parse(proof.Header));
        if (header is null) return null;
        consensus ??= BlockHash.ConsensusOf(header, proof.BlockHash) ?? ConsensusNames.None;
        var hash = CheckHash(proof, header, consensus, list);
        if (header.Number != proof.BlockNumber)
            list.Error(FindingCodes.AnchorChanged, "block number", "The header is of another height than is stated.", Number(proof.BlockNumber), Number(header.Number));
        var following = Following(header, hash, consensus, proof.FollowingHeaders, list);
        CheckReceipt(proof, header, list);
        if (!list.HasError && !list.HasWarning)
            list.Ground($"Ledger: block {Number(header.Number)} ({Hex.Of(proof.BlockHash)}{Rule(consensus)}) holds the receipt in which contract {proof.Contract} anchored {Number(proof.Size)} leaves of log {proof.LogId}, proven against the header's receipts root.");
        return new HeaderChain(header, following);
    }

    /// <summary>The hash is a statement about the header only by the rule of a consensus, so the rule is named where it is not the plain one.</summary>
    private static string Rule(string consensus) => ConsensusNames.HasCommitSeals(consensus) ? $", hashed by the rule of {consensus}" : "";

    private static byte[] CheckHash(AnchorProof proof, BlockHeader header, string consensus, FindingList list)
    {
        var hash = Read("header", list, () => BlockHash.Of(header, consensus));
        if (hash is not null && !hash.AsSpan().SequenceEqual(proof.BlockHash))
            list.Error(FindingCodes.HeaderChanged, "header", "The header does not have the hash that is stated.", Hex.Of(proof.BlockHash), Hex.Of(hash));
        return hash ?? proof.BlockHash;
    }

    private static void CheckCheckpoint(AnchorProof proof, FindingList list)
    {
        if (CheckpointReading.TryRead(proof.Checkpoint, list, FindingCodes.AnchorUnreadable)?.Checkpoint is not { } checkpoint) return;
        if (checkpoint.Size != proof.Size)
            list.Error(FindingCodes.AnchorChanged, "checkpoint", "The checkpoint is of another size than was anchored.", Number(proof.Size), Number(checkpoint.Size));
        if (checkpoint.Root != proof.Root)
            list.Error(FindingCodes.AnchorChanged, "checkpoint", "The checkpoint's root is not the one that was anchored.", proof.Root.ToString(), checkpoint.Root.ToString());
    }

    /// <summary>The headers that follow, up to the first that does not.</summary>
    private static IReadOnlyList<BlockHeader> Following(BlockHeader header, byte[] hash, string consensus, IReadOnlyList<byte[]> following, FindingList list)
    {
        if (following.Count > HeaderChain.MaxFollowing)
            list.Warning(FindingCodes.AnchorUnreadable, "following headers", "There are more headers than are read.", $"at most {Number(HeaderChain.MaxFollowing)}", Number((ulong)following.Count));
        var unbroken = new List<BlockHeader>();
        foreach (var encoded in following.Take(HeaderChain.MaxFollowing))
        {
            if (Read("following header", list, () => BlockHeader.Parse(encoded)) is not { } next) break;
            if (next.Number != header.Number + 1 || !next.ParentHash.AsSpan().SequenceEqual(hash))
            {
                list.Error(FindingCodes.HeaderChanged, $"header {Number(next.Number)}", "The header does not follow the one before it.", $"{Number(header.Number + 1)}, on {Hex.Of(hash)}", $"{Number(next.Number)}, on {Hex.Of(next.ParentHash)}");
                break;
            }

            if (Read("following header", list, () => BlockHash.Of(next, consensus)) is not { } nextHash) break;
            unbroken.Add(next);
            (header, hash) = (next, nextHash);
        }

        return unbroken;
    }

    private static void CheckReceipt(AnchorProof proof, BlockHeader header, FindingList list)
    {
        var proven = TrieProof.Verify(header.ReceiptsRoot, ReceiptTrie.Key(proof.TransactionIndex), proof.ReceiptProof);
        if (proven is null)
            list.Error(FindingCodes.ReceiptProofWrong, "receipt", "The trie nodes do not prove a receipt against the header's receipts root.", Hex.Of(header.ReceiptsRoot));
        else if (!proven.AsSpan().SequenceEqual(proof.Receipt))
            list.Error(FindingCodes.ReceiptProofWrong, "receipt", "The receipt is not the one that the trie nodes prove.", Hex.Of(Crypto.Keccak256.Hash(proven)), Hex.Of(Crypto.Keccak256.Hash(proof.Receipt)));
        if (Read("receipt", list, () => Receipt.Parse(proof.Receipt)) is not { } receipt) return;
        if (!receipt.Succeeded) list.Error(FindingCodes.AnchorChanged, "receipt", "The transaction did not succeed, so it anchored nothing.");
        CheckEvent(proof, receipt, list);
    }

    private static void CheckEvent(AnchorProof proof, Receipt receipt, FindingList list)
    {
        var events = receipt.Logs.Where(log => Hex.Of(log.Address) == proof.Contract).Select(AnchoredEvent.TryParse).OfType<AnchoredEvent>().ToList();
        if (events.Exists(anchored => anchored.LogId == proof.LogId && anchored.Size == proof.Size && anchored.Root == proof.Root)) return;
        var expected = Text(proof.LogId, proof.Size, proof.Root);
        var ofLog = events.FindAll(anchored => anchored.LogId == proof.LogId);
        if (ofLog.Count == 0) list.Error(FindingCodes.AnchorUnexpected, "event", $"The receipt holds no anchor of this log by contract {proof.Contract}.", expected, All(events));
        else list.Error(FindingCodes.AnchorChanged, "event", "What the contract anchored is not what is stated.", expected, All(ofLog));
    }

    private static string? All(List<AnchoredEvent> events) =>
        events.Count == 0 ? null : string.Join("; ", events.Take(MaxEvents).Select(static anchored => Text(anchored.LogId, anchored.Size, anchored.Root)));

    private static string Text(Digest logId, ulong size, Digest root) => $"log {logId}, {Number(size)} leaves, root {root}";

    private static T? Read<T>(string subject, FindingList list, Func<T> parse)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (FormatException e)
        {
            list.Warning(FindingCodes.AnchorUnreadable, subject, $"The {subject} could not be read: {e.Message}");
            return null;
        }
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}

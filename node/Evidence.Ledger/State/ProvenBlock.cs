using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Ledger.Capture;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.State;

/// <summary>The newest block by which the chain stands: the validators whom trust.json names have sealed it.</summary>
/// <param name="Head">Hash of the newest block when it was found.</param>
/// <param name="Header">Its header.</param>
internal sealed record ProvenBlock(byte[] Head, BlockHeader Header)
{
    /// <exception cref="LedgerMismatchException">The seals are not theirs.</exception>
    /// <exception cref="NotFinalException">The chain is too short yet.</exception>
    internal static async Task<ProvenBlock> FindAsync(LedgerEndpoint endpoint, TrustedChain trusted, CancellationToken ct)
    {
        var head = BlockJson.Header(await endpoint.CallAsync("eth_getBlockByNumber", ct, "latest", false), trusted.Consensus);
        var hash = BlockHash.Of(head, trusted.Consensus);
        if (endpoint.Proven is { } known && known.Head.AsSpan().SequenceEqual(hash)) return known;
        List<BlockHeader> headers = [head];
        while (Faults(headers, trusted) is { Count: > 0 } faults)
        {
            if (!AreTooFew(faults, trusted)) throw Mismatch(headers[0], faults);
            headers.Insert(0, await ParentAsync(endpoint, headers[0], trusted.Consensus, ct));
        }

        return endpoint.Proven = new ProvenBlock(hash, headers[0]);
    }

    /// <summary>Holds a block to its own seals. On Clique that is its signer's: whether more than half have built on it, those after it would show.</summary>
    /// <exception cref="LedgerMismatchException">They are not those of the validators.</exception>
    internal static void CheckSeals(BlockHeader header, TrustedChain trusted)
    {
        if (Faults([header], trusted) is { Count: > 0 } faults && !AreTooFew(faults, trusted)) throw Mismatch(header, faults);
    }

    /// <summary>Whether nothing is wrong but that a Clique chain has to be followed further.</summary>
    private static bool AreTooFew(List<Finding> faults, TrustedChain trusted) =>
        trusted.Consensus == ConsensusNames.Clique && faults.All(static fault => fault.Code == FindingCodes.ValidatorSealsMissing);

    private static LedgerMismatchException Mismatch(BlockHeader header, List<Finding> faults) =>
        new($"the seals of block {header.Number}", "those of the validators in trust.json", string.Join(" ", faults.Select(static fault => $"{fault.Code}: {fault.Subject}: {fault.Message}")));

    private static List<Finding> Faults(List<BlockHeader> headers, TrustedChain trusted) =>
        [.. AnchorProofVerifier.CheckSeals(headers, trusted).Where(static finding => finding.Severity != Severity.Info)];

    private static async Task<BlockHeader> ParentAsync(LedgerEndpoint endpoint, BlockHeader child, string consensus, CancellationToken ct)
    {
        if (child.Number <= 1) throw new NotFinalException("too few blocks were sealed yet for more than half of the signers to stand by any");
        var block = await endpoint.CallAsync("eth_getBlockByHash", ct, Hex.Data(child.ParentHash), false);
        if (block.IsNull) throw new NotFinalException($"block {Hex.Data(child.ParentHash)} is not there, perhaps since the chain was reorganised");
        var parent = BlockJson.Header(block, consensus);
        var hash = BlockHash.Of(parent, consensus);
        return hash.AsSpan().SequenceEqual(child.ParentHash) && parent.Number == child.Number - 1
            ? parent
            : throw new LedgerMismatchException($"the parent of block {child.Number}", Hex.Data(child.ParentHash), Hex.Data(hash));
    }
}

using Evidence.Core;
using Evidence.Ledger.Abi;

namespace Evidence.Ledger.Contract;

/// <summary>The contract's functions: call data, and what their results say.</summary>
internal static class AnchorContract
{
    /// <summary>Most anchors that one call of the view returns.</summary>
    internal const int MaxPage = 1000;

    /// <summary>More replicas of one log than any consortium has are not read on.</summary>
    internal const int MaxReplicas = 10 * MaxPage;

    private const int AnchorWords = 4;
    private const int AttestationWords = 4;

    internal static byte[] Deployment(IReadOnlyList<byte[]> members, int threshold) =>
    [
        .. ContractArtifact.EvidenceAnchor.Bytecode,
        .. AbiValue.EncodeAll(ConsortiumContract.Ascending(members), AbiValue.Uint(threshold)),
    ];

    internal static byte[] Anchor(Digest logId, ulong size, Digest root, IReadOnlyList<Digest> proof) =>
        FunctionCall.Encode(
            "anchor(bytes32,uint64,bytes32,bytes32[])",
            Bytes32(logId), AbiValue.Uint(size), Bytes32(root), AbiValue.List(proof.Select(Bytes32)));

    internal static byte[] Attest(Digest logId, ulong size, Digest root) =>
        FunctionCall.Encode("attest(bytes32,uint64,bytes32)", Bytes32(logId), AbiValue.Uint(size), Bytes32(root));

    internal static byte[] Attestations(Digest logId, int from) =>
        FunctionCall.Encode("attestations(bytes32,uint256,uint256)", Bytes32(logId), AbiValue.Uint(from), AbiValue.Uint(MaxPage));

    internal static byte[] LogInfo(Digest logId) => FunctionCall.Encode("logInfo(bytes32)", Bytes32(logId));

    internal static byte[] AnchorCount(Digest logId) => FunctionCall.Encode("anchorCount(bytes32)", Bytes32(logId));

    internal static byte[] Anchors(Digest logId, ulong from, int count) =>
        FunctionCall.Encode("anchors(bytes32,uint256,uint256)", Bytes32(logId), AbiValue.Uint(from), AbiValue.Uint(count));

    /// <summary>The anchor whose words start at <paramref name="word"/>.</summary>
    private static LedgerAnchor ReadAnchor(AbiReader result, int word) =>
        new(result.Uint64(word), result.Digest(word + 3), result.Uint64(word + 1), BlockTime.Of(result.Uint64(word + 2)));

    internal static IReadOnlyList<LedgerAnchor> ReadAnchors(AbiReader result, int atMost)
    {
        var list = result.At(0);
        return [.. Enumerable.Range(0, list.Count(atMost)).Select(i => ReadAnchor(list, 1 + i * AnchorWords))];
    }

    internal static IReadOnlyList<LedgerAttestation> ReadAttestations(AbiReader result)
    {
        var list = result.At(0);
        return [.. Enumerable.Range(0, list.Count(MaxPage)).Select(i => ReadAttestation(list, 1 + i * AttestationWords))];
    }

    private static LedgerAttestation ReadAttestation(AbiReader list, int word) =>
        new(AccountAddress.Format(list.Address(word)), list.Uint64(word + 1), list.Uint64(word + 2), BlockTime.Of(list.Uint64(word + 3)));

    private static AbiValue Bytes32(Digest digest) => AbiValue.FixedBytes(digest.ToArray());
}

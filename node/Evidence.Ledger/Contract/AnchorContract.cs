using Evidence.Core;
using Evidence.Ledger.Abi;

namespace Evidence.Ledger.Contract;

/// <summary>The contract's functions: call data, and what their results say.</summary>
internal static class AnchorContract
{
    /// <summary>Most anchors that one call of the view returns.</summary>
    internal const int MaxPage = 1000;

    private const int AnchorWords = 4;

    internal static byte[] Deployment(IReadOnlyList<byte[]> members, int threshold) =>
    [
        .. ContractArtifact.EvidenceAnchor.Bytecode,
        .. AbiValue.EncodeAll(AbiValue.List(members.Select(member => AbiValue.Address(member))), AbiValue.Uint(threshold)),
    ];

    internal static byte[] RegisterLog(Digest logId, byte[] operatorAddress, string origin) =>
        FunctionCall.Encode("registerLog(bytes32,address,string)", Bytes32(logId), AbiValue.Address(operatorAddress), AbiValue.Text(origin));

    internal static byte[] Anchor(Digest logId, ulong size, Digest root, IReadOnlyList<Digest> proof) =>
        FunctionCall.Encode(
            "anchor(bytes32,uint64,bytes32,bytes32[])",
            Bytes32(logId), AbiValue.Uint(size), Bytes32(root), AbiValue.List(proof.Select(Bytes32)));

    internal static byte[] LogInfo(Digest logId) => FunctionCall.Encode("logInfo(bytes32)", Bytes32(logId));

    internal static byte[] AnchorCount(Digest logId) => FunctionCall.Encode("anchorCount(bytes32)", Bytes32(logId));

    internal static byte[] Latest(Digest logId) => FunctionCall.Encode("latest(bytes32)", Bytes32(logId));

    internal static byte[] Anchors(Digest logId, ulong from, int count) =>
        FunctionCall.Encode("anchors(bytes32,uint256,uint256)", Bytes32(logId), AbiValue.Uint(from), AbiValue.Uint(count));

    /// <summary>The registration; null when the operator is the zero address.</summary>
    internal static LedgerLog? ReadLogInfo(Digest logId, AbiReader result)
    {
        var operatorAddress = result.Address(0);
        return operatorAddress.AsSpan().ContainsAnyExcept((byte)0)
            ? new LedgerLog(logId, AccountAddress.Format(operatorAddress), result.Text(1), result.Uint64(2))
            : null;
    }

    /// <summary>The anchor whose words start at <paramref name="word"/>.</summary>
    internal static LedgerAnchor ReadAnchor(AbiReader result, int word = 0) =>
        new(result.Uint64(word), result.Digest(word + 3), result.Uint64(word + 1), BlockTime.Of(result.Uint64(word + 2)));

    internal static IReadOnlyList<LedgerAnchor> ReadAnchors(AbiReader result, int atMost)
    {
        var list = result.At(0);
        var count = list.Uint64(0);
        if (count > (ulong)atMost) throw new FormatException($"{count} anchors were returned where at most {atMost} were asked for.");
        return [.. Enumerable.Range(0, (int)count).Select(i => ReadAnchor(list, 1 + i * AnchorWords))];
    }

    private static AbiValue Bytes32(Digest digest) => AbiValue.FixedBytes(digest.ToArray());
}

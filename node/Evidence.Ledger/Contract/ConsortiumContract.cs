using Evidence.Core;
using Evidence.Ledger.Abi;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Contract;

/// <summary>The contract's functions by which the consortium decides: call data, and what their results say.</summary>
internal static class ConsortiumContract
{
    /// <summary>Most proposals or logs that are asked for in one call: each may hold long texts.</summary>
    internal const int Page = 100;

    internal static byte[] RegisterLog(Digest logId, byte[] operatorAddress, string origin) =>
        FunctionCall.Encode("registerLog(bytes32,address,string)", Bytes32(logId), AbiValue.Address(operatorAddress), AbiValue.Text(origin));

    internal static byte[] RotateOperator(Digest logId, byte[] operatorAddress) =>
        FunctionCall.Encode("rotateOperator(bytes32,address)", Bytes32(logId), AbiValue.Address(operatorAddress));

    internal static byte[] CloseLog(Digest logId, ulong size, Digest root, Digest successor, byte[] operatorAddress, string origin) =>
        FunctionCall.Encode(
            "closeLog(bytes32,uint64,bytes32,bytes32,address,string)",
            Bytes32(logId), AbiValue.Uint(size), Bytes32(root), Bytes32(successor), AbiValue.Address(operatorAddress), AbiValue.Text(origin));

    internal static byte[] ChangeConsortium(IEnumerable<byte[]> members, int threshold) =>
        FunctionCall.Encode("changeConsortium(address[],uint256)", Ascending(members), AbiValue.Uint(threshold));

    internal static byte[] Withdraw(byte[] proposal) => FunctionCall.Encode("withdraw(bytes32)", AbiValue.FixedBytes(proposal));

    internal static byte[] Members { get; } = FunctionCall.Encode("members()");

    internal static byte[] Threshold { get; } = FunctionCall.Encode("threshold()");

    internal static byte[] Epoch { get; } = FunctionCall.Encode("epoch()");

    internal static byte[] Logs(int from) => FunctionCall.Encode("logs(uint256,uint256)", AbiValue.Uint(from), AbiValue.Uint(Page));

    internal static byte[] Proposals(int from) => FunctionCall.Encode("proposals(uint256,uint256)", AbiValue.Uint(from), AbiValue.Uint(Page));

    /// <summary>The contract takes a list of members in ascending order only, so that the same members are the same proposal.</summary>
    internal static AbiValue Ascending(IEnumerable<byte[]> members) =>
        AbiValue.List(members.OrderBy(Convert.ToHexStringLower, StringComparer.Ordinal).Select(member => AbiValue.Address(member)));

    /// <summary>The registration; null when the operator is the zero address.</summary>
    internal static LedgerLog? ReadLog(AbiReader log)
    {
        var operatorAddress = log.Address(1);
        if (!operatorAddress.AsSpan().ContainsAnyExcept((byte)0)) return null;
        return new LedgerLog(log.Digest(0), AccountAddress.Format(operatorAddress), log.Text(9), log.Uint64(4))
        {
            Successor = log.Uint64(3) == 0 ? null : log.Digest(5),
            Predecessor = log.Digest(6) == default ? null : new LedgerPredecessor(log.Digest(6), log.Uint64(7), log.Digest(8)),
        };
    }

    internal static LedgerProposal ReadProposal(AbiReader proposal) => new(
        Hex.Data(proposal.Word(0)),
        proposal.Uint64(1) is <= 2 and var state ? (ProposalState)state : throw new FormatException("The state of a proposal is not known."),
        proposal.Uint64(2),
        proposal.Uint64(4),
        proposal.Uint64(5) is > 0 and var executed ? executed : null,
        proposal.Digest(6) == default ? null : proposal.Digest(6),
        proposal.Addresses(7),
        Describe(proposal.Bytes(8)));

    /// <summary>The call that members made, as it is written; its bytes where this version does not know it.</summary>
    private static string Describe(byte[] content)
    {
        if (content.Length >= 4 && ContractArtifact.EvidenceAnchor.Functions.FirstOrDefault(known => known.Selector.AsSpan().SequenceEqual(content.AsSpan(0, 4))) is { } function)
            return function.Text(function.Arguments(new AbiReader(content.AsMemory(4))));
        return Hex.Data(content);
    }

    private static AbiValue Bytes32(Digest digest) => AbiValue.FixedBytes(digest.ToArray());
}

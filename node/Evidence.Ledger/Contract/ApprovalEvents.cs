using System.Text;
using Evidence.Core.Chain;
using Evidence.Core.Crypto;
using Evidence.Ledger.Abi;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Contract;

/// <summary>Reads from a receipt what a member's call did: Approved(proposal, member, approvals) or ApprovalWithdrawn(...), and Executed(proposal).</summary>
internal static class ApprovalEvents
{
    private static readonly byte[] Approved = Topic("Approved(bytes32,address,uint256)");
    private static readonly byte[] Withdrawn = Topic("ApprovalWithdrawn(bytes32,address,uint256)");
    private static readonly byte[] Executed = Topic("Executed(bytes32)");

    /// <exception cref="LedgerMismatchException">The receipt holds no such event of the contract.</exception>
    internal static LedgerApproval Read(string transaction, Receipt receipt, string contract)
    {
        var address = AccountAddress.Parse(contract);
        var events = receipt.Logs.Where(log => log.Address.AsSpan().SequenceEqual(address)).ToList();
        return events.Find(log => Is(log, Approved) || Is(log, Withdrawn)) is { Topics.Count: 3 } approval
            ? new LedgerApproval(transaction, Hex.Data(approval.Topics[1]), (int)new AbiReader(approval.Data).Uint64(0), events.Exists(log => Is(log, Executed)))
            : throw new LedgerMismatchException($"the events of transaction {transaction}", $"an approval by {contract}", "none");
    }

    private static bool Is(LogEntry log, byte[] topic) => log.Topics.Count > 0 && log.Topics[0].AsSpan().SequenceEqual(topic);

    private static byte[] Topic(string signature) => Keccak256.Hash(Encoding.ASCII.GetBytes(signature));
}

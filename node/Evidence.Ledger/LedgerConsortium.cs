using Evidence.Core;

namespace Evidence.Ledger;

/// <summary>Who decides on the ledger.</summary>
/// <param name="Epoch">Number of the consortium, from 1; each change makes another one, and voids what was approved before.</param>
/// <param name="Threshold">How many members must make the identical call.</param>
/// <param name="Members">Their addresses in ascending order, hex with 0x and the EIP-55 checksum.</param>
public sealed record LedgerConsortium(ulong Epoch, int Threshold, IReadOnlyList<string> Members);

/// <summary>Whether a proposal may still come into force.</summary>
public enum ProposalState
{
    /// <summary>More approvals may put it in force.</summary>
    Open,

    /// <summary>It is in force.</summary>
    Executed,

    /// <summary>The consortium, or the log, is no longer the one that it was made for: it never comes into force.</summary>
    Superseded,
}

/// <summary>What members of the consortium have approved.</summary>
/// <param name="Id">Id of the proposal, hex with 0x: it names the content, the epoch, and the state of the log that it was made for.</param>
/// <param name="State">Whether it is in force, or may still be.</param>
/// <param name="Epoch">The consortium that it was put to.</param>
/// <param name="BlockNumber">Height of the block with the first approval.</param>
/// <param name="ExecutedBlock">Height of the block that put it in force; null while it is not.</param>
/// <param name="LogId">The log that it is about; null for a change of the consortium.</param>
/// <param name="Approvers">Addresses of the members who approve it.</param>
/// <param name="Call">What they call, as it is written, with all its arguments.</param>
public sealed record LedgerProposal(
    string Id, ProposalState State, ulong Epoch, ulong BlockNumber, ulong? ExecutedBlock, Digest? LogId, IReadOnlyList<string> Approvers, string Call);

/// <summary>A member's approval that is in a block.</summary>
/// <param name="TransactionHash">Hash of the transaction, hex with 0x.</param>
/// <param name="Proposal">Id of the proposal, hex with 0x.</param>
/// <param name="Approvals">How many members approve it now.</param>
/// <param name="IsInForce">Whether this approval was the last one that was needed.</param>
public sealed record LedgerApproval(string TransactionHash, string Proposal, int Approvals, bool IsInForce);

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Consortium} from "./Consortium.sol";
import {LogRegistry} from "./LogRegistry.sol";

/// @title What members have approved
/// @dev A proposal is named by its content, by the epoch of the consortium and by the revision of the log: an approval counts among the
/// members that it was given among, and for the state that it was given for, only.
abstract contract Proposals is Consortium, LogRegistry {
    /// @notice Open: more approvals may put it in force. Superseded: the consortium, or the log, is no longer what it was made for.
    enum ProposalState {
        Open,
        Executed,
        Superseded
    }

    /// @notice What members have approved.
    struct Proposal {
        bytes32 id;
        ProposalState state;
        uint64 epoch; // of the consortium
        uint64 revision; // of the log
        uint64 blockNumber; // of the first approval
        uint64 executedBlock; // zero while it is not in force
        bytes32 logId; // zero for a change of the consortium
        address[] approvers;
        bytes content; // the call that each of them made: selector and arguments
    }

    bytes32[] private _proposalIds;
    mapping(bytes32 id => Proposal) private _proposals;

    /// @notice A member made a proposal. `content` is its call: selector and arguments; `logId` is zero for a change of the consortium.
    event Proposed(bytes32 indexed proposal, bytes32 indexed logId, address indexed member, bytes content);

    /// @notice A member approved a proposal; whoever proposes approves.
    event Approved(bytes32 indexed proposal, address indexed member, uint256 approvals);

    /// @notice A member took its approval back before the proposal was in force.
    event ApprovalWithdrawn(bytes32 indexed proposal, address indexed member, uint256 approvals);

    /// @notice A proposal is in force.
    event Executed(bytes32 indexed proposal);

    /// @notice The member has approved this very proposal before.
    error AlreadyApproved(bytes32 proposal, address member);
    /// @notice The member has not approved this proposal.
    error NotApproved(bytes32 proposal, address member);
    /// @notice There is no such proposal, or it is in force, or it was superseded.
    error NotOpen(bytes32 proposal);

    /// @notice Takes the caller's approval of an open proposal back.
    function withdraw(bytes32 id) external {
        Proposal storage found = _proposals[id];
        if (found.id == 0 || _stateOf(found) != ProposalState.Open) revert NotOpen(id);
        address[] storage approvers = found.approvers;
        uint256 index = _indexOf(approvers, msg.sender);
        if (index == approvers.length) revert NotApproved(id, msg.sender);
        approvers[index] = approvers[approvers.length - 1];
        approvers.pop();
        emit ApprovalWithdrawn(id, msg.sender, approvers.length);
    }

    /// @notice How many proposals were ever made.
    function proposalCount() external view returns (uint256) {
        return _proposalIds.length;
    }

    /// @notice All proposals in the order of their making: at most `count`, and at most `MAX_PAGE`, from index `from`.
    function proposals(uint256 from, uint256 count) external view returns (Proposal[] memory page) {
        page = new Proposal[](_pageSize(_proposalIds.length, from, count));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = proposal(_proposalIds[from + i]);
        }
    }

    /// @notice A proposal; all zero and empty when there is none of this id.
    function proposal(bytes32 id) public view returns (Proposal memory found) {
        found = _proposals[id];
        if (found.id != 0) found.state = _stateOf(_proposals[id]);
    }

    /// @dev Notes the caller's approval of a call; whether it was the last one that was needed.
    function _approve(bytes32 logId, bytes memory content) internal returns (bool inForce) {
        uint64 revision = _logs[logId].revision;
        bytes32 id = keccak256(abi.encode(epoch, revision, content));
        Proposal storage found = _proposals[id];
        if (found.id == 0) _propose(found, id, logId, revision, content);
        if (_indexOf(found.approvers, msg.sender) != found.approvers.length) revert AlreadyApproved(id, msg.sender);
        found.approvers.push(msg.sender);
        emit Approved(id, msg.sender, found.approvers.length);
        // Both the epoch and the revision only grow, and what is in force makes one of them grow: nothing is in force twice.
        inForce = found.approvers.length >= threshold;
        if (!inForce) return false;
        found.executedBlock = uint64(block.number);
        emit Executed(id);
    }

    function _propose(Proposal storage fresh, bytes32 id, bytes32 logId, uint64 revision, bytes memory content) private {
        fresh.id = id;
        fresh.epoch = epoch;
        fresh.revision = revision;
        fresh.blockNumber = uint64(block.number);
        fresh.logId = logId;
        fresh.content = content;
        _proposalIds.push(id);
        emit Proposed(id, logId, msg.sender, content);
    }

    function _stateOf(Proposal storage found) private view returns (ProposalState) {
        if (found.executedBlock != 0) return ProposalState.Executed;
        return found.epoch == epoch && found.revision == _logs[found.logId].revision ? ProposalState.Open : ProposalState.Superseded;
    }

    /// @dev The length of the list when it does not hold the account.
    function _indexOf(address[] storage list, address account) private view returns (uint256 index) {
        while (index < list.length && list[index] != account) ++index;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Consortium} from "./Consortium.sol";
import {LogRegistry} from "./LogRegistry.sol";

/// @title What the replicas of logs state
abstract contract Attesting is Consortium, LogRegistry {
    /// @notice The newest anchor of a log that a replica states to hold a verified copy of.
    struct Attestation {
        address replica;
        uint64 size;
        uint64 blockNumber;
        uint64 time; // timestamp of the block, in seconds
    }

    struct Held {
        uint64 size; // of the newest attested anchor
        uint64 blockNumber;
        uint64 time;
    }

    mapping(bytes32 logId => address[]) private _replicas;
    mapping(bytes32 logId => mapping(address replica => Held)) private _attested;

    /// @notice A replica states that it holds a verified copy of a log up to an anchor.
    event Attested(bytes32 indexed logId, uint64 indexed size, address indexed replica, bytes32 root);

    /// @notice Only a member, or the operator of an open log, may attest.
    error NotReplica(address caller);
    /// @notice The replica has attested this anchor, or a newer one, before.
    error AlreadyAttested(uint64 attestedSize, uint64 size);

    /// @notice States that the caller holds a verified copy of the log up to an anchor.
    /// @dev Each attestation of a replica is for a newer anchor than its last. A closed log can be attested: its copies matter most.
    function attest(bytes32 logId, uint64 size, bytes32 root) external {
        if (!isMember[msg.sender] && operatedLogs[msg.sender] == 0) revert NotReplica(msg.sender);
        if (_rootAt(_registered(logId), logId, size) != root) revert NotAnchored(logId, size);
        uint64 before = _attested[logId][msg.sender].size;
        if (size <= before) revert AlreadyAttested(before, size);
        if (before == 0) _replicas[logId].push(msg.sender);
        _attested[logId][msg.sender] = Held(size, uint64(block.number), uint64(block.timestamp));
        emit Attested(logId, size, msg.sender, root);
    }

    /// @notice Size of the newest anchor of a log that a replica has attested; 0 when none.
    function attestedSize(bytes32 logId, address replica) external view returns (uint64) {
        return _attested[logId][replica].size;
    }

    /// @notice The newest attestation of each replica of a log, in the order of their first: at most `count`, and at most `MAX_PAGE`, from
    /// index `from`. The contract does not forget a replica that is no longer entitled to attest.
    function attestations(bytes32 logId, uint256 from, uint256 count) external view returns (Attestation[] memory page) {
        address[] storage replicas = _replicas[logId];
        page = new Attestation[](_pageSize(replicas.length, from, count));
        for (uint256 i = 0; i < page.length; ++i) {
            address replica = replicas[from + i];
            Held storage newest = _attested[logId][replica];
            page[i] = Attestation(replica, newest.size, newest.blockNumber, newest.time);
        }
    }
}

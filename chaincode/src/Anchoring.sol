// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LogRegistry} from "./LogRegistry.sol";
import {Rfc9162} from "./Rfc9162.sol";

/// @title What the operators of logs do
abstract contract Anchoring is LogRegistry {
    /// @notice A log was anchored: its tree of `size` leaves has this root, and extends the tree of `previousSize` leaves.
    event Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root, uint64 previousSize);

    /// @notice Only the operator of the log may anchor it.
    error NotOperator(bytes32 logId, address caller);
    /// @notice A log only grows: an anchor must be larger than the newest one.
    error SizeNotGreater(uint64 anchoredSize, uint64 size);
    /// @notice The first anchor of a log has nothing to be consistent with, and so no proof.
    error UnexpectedProof(uint256 length);
    /// @notice The proof does not show that the new tree begins with the anchored one.
    error InconsistentHistory(uint64 anchoredSize, bytes32 anchoredRoot, uint64 size, bytes32 root);

    /// @notice Anchors the tree of `size` leaves.
    /// @param proof Consistency proof from the newest anchor (RFC 9162, section 2.1.4.1); empty for the first anchor.
    function anchor(bytes32 logId, uint64 size, bytes32 root, bytes32[] calldata proof) external {
        Log storage log = _open(logId);
        if (msg.sender != log.operator) revert NotOperator(logId, msg.sender);

        uint64 anchoredSize = 0;
        uint256 count = log.anchors.length;
        if (count == 0) {
            if (size == 0) revert SizeNotGreater(0, 0);
            if (proof.length != 0) revert UnexpectedProof(proof.length);
        } else {
            Anchor storage last = log.anchors[count - 1];
            anchoredSize = last.size;
            bytes32 anchoredRoot = last.root;
            if (size <= anchoredSize) revert SizeNotGreater(anchoredSize, size);
            if (!Rfc9162.isConsistent(anchoredSize, anchoredRoot, size, root, proof)) {
                revert InconsistentHistory(anchoredSize, anchoredRoot, size, root);
            }
        }

        log.anchors.push(Anchor(size, uint64(block.number), uint64(block.timestamp), root));
        emit Anchored(logId, size, root, anchoredSize);
    }

    /// @notice Verifies an inclusion proof (RFC 9162, section 2.1.3.2) against the anchor of exactly `size` leaves.
    /// @param leafHash SHA-256(0x00 || entry).
    /// @return Whether the leaf at `leafIndex` of the anchored tree has this hash.
    function verifyInclusion(bytes32 logId, uint64 size, bytes32 leafHash, uint64 leafIndex, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return Rfc9162.isIncluded(leafHash, leafIndex, size, _rootAt(_registered(logId), logId, size), proof);
    }
}

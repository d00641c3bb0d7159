// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EvidenceAnchor} from "../src/EvidenceAnchor.sol";
import {Tree} from "./Tree.sol";
import {vm} from "./Vm.sol";

/// @notice A consortium of three members, of whom two must approve, and what it may decide.
abstract contract DecidingConsortium {
    bytes32 internal constant LOG = keccak256("log");
    bytes32 internal constant NEXT = keccak256("next log");
    address internal constant OPERATOR = address(0xA0);
    address internal constant OTHER = address(0xA1);
    address internal constant STRANGER = address(0xBAD);
    string internal constant ORIGIN = "evidence.local/node1";
    bytes32[] internal NONE;

    address[] internal consortium = [address(1), address(2), address(3)];
    EvidenceAnchor internal ledger = new EvidenceAnchor(consortium, 2);
    bytes32[] internal leaves = Tree.leaves(64, 0, 0);

    /// @dev The calls that members make, one after the other.
    function approve(uint256 member, bytes memory call) internal {
        vm.prank(consortium[member]);
        (bool done, bytes memory answer) = address(ledger).call(call);
        if (!done) {
            assembly {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    function decide(bytes memory call) internal {
        approve(0, call);
        approve(1, call);
    }

    /// @dev The refusal is of the call that a member makes.
    function refused(uint256 member, bytes memory call, bytes memory refusal) internal {
        refusedTo(consortium[member], call, refusal);
    }

    function refusedTo(address caller, bytes memory call, bytes memory refusal) internal {
        vm.prank(caller);
        (bool done, bytes memory answer) = address(ledger).call(call);
        vm.assertFalse(done);
        vm.assertEq(answer, refusal);
    }

    function idOf(uint64 epoch, uint64 revision, bytes memory call) internal pure returns (bytes32) {
        return keccak256(abi.encode(epoch, revision, call));
    }

    function registering(bytes32 logId, address operator, string memory origin) internal view returns (bytes memory) {
        return abi.encodeCall(ledger.registerLog, (logId, operator, origin));
    }

    function registering() internal view returns (bytes memory) {
        return registering(LOG, OPERATOR, ORIGIN);
    }

    function rotating(address operator) internal view returns (bytes memory) {
        return abi.encodeCall(ledger.rotateOperator, (LOG, operator));
    }

    function closingAt(uint64 size) internal view returns (bytes memory) {
        return abi.encodeCall(ledger.closeLog, (LOG, size, size == 0 ? bytes32(0) : Tree.root(leaves, size), NEXT, OTHER, ORIGIN));
    }

    function changing(address[] memory members, uint256 threshold) internal view returns (bytes memory) {
        return abi.encodeCall(ledger.changeConsortium, (members, threshold));
    }

    function anchor(bytes32 logId, address operator, uint64 size) internal {
        bytes memory call = anchoring(logId, size);
        vm.prank(operator);
        (bool done,) = address(ledger).call(call);
        vm.assertTrue(done);
    }

    function anchoring(bytes32 logId, uint64 size) internal view returns (bytes memory) {
        uint64 from = ledger.latest(logId).size;
        return abi.encodeCall(ledger.anchor, (logId, size, Tree.root(leaves, size), from == 0 ? NONE : Tree.consistency(leaves, from, size)));
    }

    function addresses(address a, address b) internal pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (a, b);
    }

    function hashOf(address[] memory list) internal pure returns (bytes32) {
        return keccak256(abi.encode(list));
    }
}

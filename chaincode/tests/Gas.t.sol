// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EvidenceAnchor} from "../src/EvidenceAnchor.sol";
import {Tree} from "./Tree.sol";
import {vm} from "./Vm.sol";

/// @notice What an anchor costs at sizes of real logs. Nobody builds those trees here: the inner hashes are made up, and the two roots
/// are what they make. Every call is a transaction of its own here: its price includes what every transaction costs, and its call data.
/// forge-config: default.isolate = true
contract GasTest {
    bytes32 private constant LOG = keccak256("log");
    bytes32 private constant NEXT = keccak256("next log");

    /// @dev forge prints this event with -vv.
    event log_named_uint(string key, uint256 value);

    EvidenceAnchor private ledger;

    function setUp() public {
        address[] memory members = new address[](1);
        members[0] = address(this);
        ledger = new EvidenceAnchor(members, 1);
        ledger.registerLog(LOG, address(this), "evidence.local/node1");
    }

    function test_Gas_of_a_first_anchor() public {
        uint256 before = gasleft();
        ledger.anchor(LOG, 1, bytes32(uint256(1)), new bytes32[](0));
        emit log_named_uint("first anchor", before - gasleft());
    }

    function test_Gas_of_an_anchor_at_1e3() public {
        vm.assertLt(measure(999, 1e3), 115_000, "gas at 1e3");
    }

    function test_Gas_of_an_anchor_at_1e6() public {
        vm.assertLt(measure(1e6 - 999, 1e6), 140_000, "gas at 1e6");
    }

    function test_Gas_of_an_anchor_at_1e9() public {
        vm.assertLt(measure(1e9 - 999, 1e9), 155_000, "gas at 1e9");
    }

    function test_Gas_of_attestations() public {
        ledger.anchor(LOG, 999, bytes32(uint256(1)), new bytes32[](0));
        uint256 before = gasleft();
        ledger.attest(LOG, 999, bytes32(uint256(1)));
        emit log_named_uint("first attestation of a replica", before - gasleft());
        (bytes32 oldRoot, bytes32 newRoot, bytes32[] memory proof) = madeUp(1e6 - 999, 1e6);
        ledger.registerLog(NEXT, address(this), "evidence.local/node2");
        ledger.anchor(NEXT, 1e6 - 999, oldRoot, new bytes32[](0));
        ledger.attest(NEXT, 1e6 - 999, oldRoot);
        ledger.anchor(NEXT, 1e6, newRoot, proof);
        before = gasleft();
        ledger.attest(NEXT, 1e6, newRoot);
        uint256 used = before - gasleft();
        emit log_named_uint("every other attestation", used);
        vm.assertLt(used, 70_000, "gas of an attestation");
    }

    /// @dev One member decides alone here: each call proposes, approves, and puts in force.
    function test_Gas_of_decisions() public {
        uint256 before = gasleft();
        ledger.registerLog(NEXT, address(1), "evidence.local/node2");
        emit log_named_uint("registration", before - gasleft());
        before = gasleft();
        ledger.rotateOperator(NEXT, address(2));
        emit log_named_uint("rotation", before - gasleft());
        ledger.anchor(LOG, 999, bytes32(uint256(1)), new bytes32[](0));
        before = gasleft();
        ledger.closeLog(LOG, 999, bytes32(uint256(1)), keccak256("third"), address(this), "evidence.local/node1-2");
        emit log_named_uint("closing", before - gasleft());
        address[] memory members = new address[](4);
        for (uint160 i = 0; i < 4; ++i) {
            members[i] = address(i + 1);
        }
        before = gasleft();
        ledger.changeConsortium(members, 3);
        emit log_named_uint("consortium of four", before - gasleft());
    }

    function measure(uint64 oldSize, uint64 newSize) private returns (uint256 used) {
        (bytes32 oldRoot, bytes32 newRoot, bytes32[] memory proof) = madeUp(oldSize, newSize);
        ledger.anchor(LOG, oldSize, oldRoot, new bytes32[](0));
        uint256 before = gasleft();
        ledger.anchor(LOG, newSize, newRoot, proof);
        used = before - gasleft();
        emit log_named_uint("size", newSize);
        emit log_named_uint("hashes in the proof", proof.length);
        emit log_named_uint("gas of the transaction", used);
    }

    /// @dev SUBPROOF of section 2.1.4.1 with the hash of every subtree made up from its place.
    function madeUp(uint64 m, uint64 n) private pure returns (bytes32 oldRoot, bytes32 newRoot, bytes32[] memory proof) {
        return subproof(0, n, m, true);
    }

    function subproof(uint256 from, uint256 n, uint256 m, bool complete)
        private
        pure
        returns (bytes32 oldRoot, bytes32 newRoot, bytes32[] memory proof)
    {
        if (m == n) {
            oldRoot = keccak256(abi.encode(from, n));
            return (oldRoot, oldRoot, complete ? proof : Tree.append(proof, oldRoot));
        }
        uint256 k = 1;
        while (k * 2 < n) k *= 2;
        bytes32 other;
        if (m <= k) {
            (oldRoot, newRoot, proof) = subproof(from, k, m, complete);
            other = keccak256(abi.encode(from + k, n - k));
            newRoot = Tree.node(newRoot, other);
        } else {
            (oldRoot, newRoot, proof) = subproof(from + k, n - k, m - k, false);
            other = keccak256(abi.encode(from, k));
            (oldRoot, newRoot) = (Tree.node(other, oldRoot), Tree.node(other, newRoot));
        }
        return (oldRoot, newRoot, Tree.append(proof, other));
    }
}

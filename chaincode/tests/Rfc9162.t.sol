// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Rfc9162} from "../src/Rfc9162.sol";
import {Tree} from "./Tree.sol";
import {vm} from "./Vm.sol";

/// @notice Makes the library's functions callable.
contract Proofs {
    function isConsistent(uint64 oldSize, bytes32 oldRoot, uint64 newSize, bytes32 newRoot, bytes32[] calldata proof)
        external
        pure
        returns (bool)
    {
        return Rfc9162.isConsistent(oldSize, oldRoot, newSize, newRoot, proof);
    }

    function isIncluded(bytes32 leaf, uint64 index, uint64 size, bytes32 root, bytes32[] calldata proof) external pure returns (bool) {
        return Rfc9162.isIncluded(leaf, index, size, root, proof);
    }
}

contract Rfc9162Test {
    uint256 private constant MOST = 40;

    Proofs private immutable proofs = new Proofs();
    bytes32[] private leaves = Tree.leaves(MOST, 0, 0);

    function test_Takes_the_consistency_proof_of_every_pair_of_sizes() public view {
        bytes32[] memory list = leaves;
        for (uint256 n = 2; n <= MOST; ++n) {
            for (uint256 m = 1; m < n; ++m) {
                vm.assertTrue(consistent(list, m, n, Tree.consistency(list, m, n)));
            }
        }
    }

    function test_Takes_the_inclusion_proof_of_every_leaf_at_every_size() public view {
        bytes32[] memory list = leaves;
        for (uint256 n = 1; n <= MOST; ++n) {
            bytes32 root = Tree.root(list, n);
            for (uint256 i = 0; i < n; ++i) {
                vm.assertTrue(proofs.isIncluded(list[i], uint64(i), uint64(n), root, Tree.inclusion(list, i, n)));
            }
        }
    }

    function test_Rejects_sizes_that_have_no_proof() public view {
        bytes32[] memory none = new bytes32[](0);
        bytes32 root = Tree.root(leaves, 5);
        vm.assertFalse(proofs.isConsistent(0, sha256(""), 5, root, none));
        vm.assertFalse(proofs.isConsistent(5, root, 5, root, none));
        vm.assertFalse(proofs.isConsistent(6, root, 5, root, none));
        vm.assertFalse(proofs.isIncluded(leaves[0], 1, 1, leaves[0], none));
        vm.assertFalse(proofs.isIncluded(leaves[0], 0, 0, leaves[0], none));
    }

    function test_Rejects_a_larger_size_than_the_proof_reaches() public view {
        bytes32[] memory list = leaves;
        bytes32[] memory proof = Tree.consistency(list, 1, 8);
        vm.assertTrue(proofs.isConsistent(1, list[0], 8, Tree.root(list, 8), proof));
        vm.assertFalse(proofs.isConsistent(1, list[0], 16, Tree.root(list, 8), proof));
        proof = Tree.inclusion(list, 0, 8);
        vm.assertFalse(proofs.isIncluded(list[0], 0, 16, Tree.root(list, 8), proof));
    }

    function testFuzz_Rejects_a_changed_bit_anywhere(uint256 m, uint256 n, uint256 at, uint8 bit) public view {
        (m, n) = sizes(m, n);
        bytes32[] memory list = leaves;
        bytes32[] memory proof = Tree.consistency(list, m, n);
        bytes32 flip = bytes32(uint256(1) << bit);
        at %= proof.length + 2;
        bytes32 oldRoot = Tree.root(list, m) ^ (at == proof.length ? flip : bytes32(0));
        bytes32 newRoot = Tree.root(list, n) ^ (at == proof.length + 1 ? flip : bytes32(0));
        if (at < proof.length) proof[at] ^= flip;
        vm.assertFalse(proofs.isConsistent(uint64(m), oldRoot, uint64(n), newRoot, proof));
    }

    function testFuzz_Rejects_a_proof_with_an_extra_hash(uint256 m, uint256 n, bytes32 extra) public view {
        (m, n) = sizes(m, n);
        bytes32[] memory list = leaves;
        vm.assertFalse(consistent(list, m, n, Tree.append(Tree.consistency(list, m, n), extra)));
    }

    function testFuzz_Rejects_a_proof_with_a_hash_too_few(uint256 m, uint256 n) public view {
        (m, n) = sizes(m, n);
        bytes32[] memory list = leaves;
        bytes32[] memory proof = Tree.consistency(list, m, n);
        assembly {
            mstore(proof, sub(mload(proof), 1))
        }
        vm.assertFalse(consistent(list, m, n, proof));
    }

    function testFuzz_Rejects_a_leaf_at_another_index(uint256 i, uint256 j, uint256 n) public view {
        n = 2 + n % (MOST - 1);
        i %= n;
        j %= n;
        vm.assume(i != j);
        bytes32[] memory list = leaves;
        vm.assertFalse(proofs.isIncluded(list[i], uint64(j), uint64(n), Tree.root(list, n), Tree.inclusion(list, i, n)));
    }

    function testFuzz_Rejects_random_proofs_at_any_size(uint64 m, uint64 n, bytes32 oldRoot, bytes32 newRoot, bytes32[] calldata proof)
        public
        view
    {
        vm.assume(oldRoot != newRoot);
        vm.assertFalse(proofs.isConsistent(m, oldRoot, n, newRoot, proof));
    }

    function consistent(bytes32[] memory list, uint256 m, uint256 n, bytes32[] memory proof) private view returns (bool) {
        return proofs.isConsistent(uint64(m), Tree.root(list, m), uint64(n), Tree.root(list, n), proof);
    }

    /// @dev 0 < m < n <= MOST
    function sizes(uint256 m, uint256 n) private pure returns (uint256, uint256) {
        n = 2 + n % (MOST - 1);
        return (1 + m % (n - 1), n);
    }
}

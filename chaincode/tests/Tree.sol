// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Builds trees and proofs by the recursive definitions of RFC 9162: slow, and unlike the iterative checks of the contract.
library Tree {
    /// @notice Leaf hashes of a log; logs of another `fork` differ from leaf `forkedFrom` on.
    function leaves(uint256 count, uint256 fork, uint256 forkedFrom) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            list[i] = sha256(abi.encodePacked(bytes1(0x00), "leaf", i, i < forkedFrom ? 0 : fork));
        }
    }

    /// @notice Section 2.1.1: the hash of the leaves from `from` to `to`, exclusive.
    function root(bytes32[] memory list, uint256 from, uint256 to) internal pure returns (bytes32) {
        if (to == from) return sha256("");
        if (to - from == 1) return list[from];
        uint256 k = split(to - from);
        return node(root(list, from, from + k), root(list, from + k, to));
    }

    function root(bytes32[] memory list, uint256 size) internal pure returns (bytes32) {
        return root(list, 0, size);
    }

    /// @notice Section 2.1.4.1: PROOF(m, D_n) for 0 < m < n.
    function consistency(bytes32[] memory list, uint256 m, uint256 n) internal pure returns (bytes32[] memory) {
        return subproof(list, 0, n, m, true);
    }

    /// @notice Section 2.1.3.1: PATH(m, D_n).
    function inclusion(bytes32[] memory list, uint256 m, uint256 n) internal pure returns (bytes32[] memory) {
        return path(list, 0, n, m);
    }

    function subproof(bytes32[] memory list, uint256 from, uint256 to, uint256 m, bool complete)
        private
        pure
        returns (bytes32[] memory)
    {
        uint256 n = to - from;
        if (m == n) return complete ? new bytes32[](0) : append(new bytes32[](0), root(list, from, to));
        uint256 k = split(n);
        return m <= k
            ? append(subproof(list, from, from + k, m, complete), root(list, from + k, to))
            : append(subproof(list, from + k, to, m - k, false), root(list, from, from + k));
    }

    function path(bytes32[] memory list, uint256 from, uint256 to, uint256 m) private pure returns (bytes32[] memory) {
        if (to - from == 1) return new bytes32[](0);
        uint256 k = split(to - from);
        return m < k
            ? append(path(list, from, from + k, m), root(list, from + k, to))
            : append(path(list, from + k, to, m - k), root(list, from, from + k));
    }

    function append(bytes32[] memory list, bytes32 last) internal pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; ++i) {
            longer[i] = list[i];
        }
        longer[list.length] = last;
    }

    function node(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }

    /// @dev The largest power of two smaller than n.
    function split(uint256 n) private pure returns (uint256 k) {
        k = 1;
        while (k * 2 < n) k *= 2;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Proofs of the Merkle tree of RFC 9162
/// @notice Hashes are SHA-256, so that a proof of any transparency log that follows the RFC verifies here unchanged.
/// @dev Names follow the RFC: `fn` and `sn` are the indexes of a node and of the last node at the level that was reached.
library Rfc9162 {
    /// @notice Verifies that the tree of `newSize` leaves begins with the tree of `oldSize` leaves.
    /// @dev RFC 9162, section 2.1.4.2. Requires 0 < oldSize < newSize: the two cases outside have no proof to verify.
    function isConsistent(uint64 oldSize, bytes32 oldRoot, uint64 newSize, bytes32 newRoot, bytes32[] calldata proof)
        internal
        pure
        returns (bool)
    {
        if (oldSize == 0 || oldSize >= newSize || proof.length == 0) return false;
        uint64 fn = oldSize - 1;
        uint64 sn = newSize - 1;
        while (fn & 1 == 1) {
            fn >>= 1;
            sn >>= 1;
        }

        // A power of two: the old tree is a node of the new one, and the proof leaves its root out. fn is 0 exactly then.
        uint256 next = fn == 0 ? 0 : 1;
        bytes32 fr = fn == 0 ? oldRoot : proof[0];
        bytes32 sr = fr;

        for (; next < proof.length; ++next) {
            if (sn == 0) return false;
            bytes32 c = proof[next];
            if (fn & 1 == 1 || fn == sn) {
                fr = nodeHash(c, fr);
                sr = nodeHash(c, sr);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                sr = nodeHash(sr, c);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && fr == oldRoot && sr == newRoot;
    }

    /// @notice Verifies that `leafHash` is the leaf at `index` of the tree of `size` leaves.
    /// @dev RFC 9162, section 2.1.3.2.
    function isIncluded(bytes32 leafHash, uint64 index, uint64 size, bytes32 root, bytes32[] calldata proof)
        internal
        pure
        returns (bool)
    {
        if (index >= size) return false;
        uint64 fn = index;
        uint64 sn = size - 1;
        bytes32 r = leafHash;
        for (uint256 i = 0; i < proof.length; ++i) {
            if (sn == 0) return false;
            if (fn & 1 == 1 || fn == sn) {
                r = nodeHash(proof[i], r);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                r = nodeHash(r, proof[i]);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && r == root;
    }

    /// @notice The hash of an inner node: SHA-256(0x01 || left || right).
    /// @dev RFC 9162, section 2.1.1; the precompile at address 2.
    function nodeHash(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }
}

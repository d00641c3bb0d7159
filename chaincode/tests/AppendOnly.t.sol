// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EvidenceAnchor} from "../src/EvidenceAnchor.sol";
import {Tree} from "./Tree.sol";
import {vm} from "./Vm.sol";

/// @notice Does anything that anyone could do to two logs, in any order, and notes what the contract took.
contract Anyone {
    uint256 private constant LEAVES = 24;
    uint256 private constant FORKED_FROM = 9;

    EvidenceAnchor public immutable ledger;
    address[] private members;
    bytes32[] private truth = Tree.leaves(LEAVES, 0, 0);
    bytes32[] private fork = Tree.leaves(LEAVES, 1, FORKED_FROM);
    mapping(bytes32 logId => bytes32[]) private taken;
    uint256 public anchorsTaken;
    uint256 public forksRefused;

    constructor(EvidenceAnchor ledger_, address[] memory members_) {
        (ledger, members) = (ledger_, members_);
    }

    function register(uint256 log, uint256 member, uint256 operator) external {
        vm.prank(actor(member));
        ledger.registerLog(logId(log), actor(operator), "origin");
    }

    /// @dev An anchor of the true log or of its fork, with an honest proof from the newest anchored size, by someone.
    function anchor(uint256 log, uint256 who, uint64 size, bool forked) external {
        size = uint64(size % (LEAVES + 1));
        bytes32[] memory list = forked ? fork : truth;
        uint64 from = ledger.latest(logId(log)).size;
        bytes32[] memory none = new bytes32[](0);
        submit(log, who, size, Tree.root(list, size), from == 0 || size <= from ? none : Tree.consistency(list, from, size));
    }

    /// @dev What the right operator would send, so that sequences get long.
    function grow(uint256 log, uint64 by, bool forked) external {
        bytes32 id = logId(log);
        (address operator,,) = ledger.logInfo(id);
        if (operator == address(0)) return;
        uint64 from = ledger.latest(id).size;
        uint64 size = from + 1 + by % 3;
        if (size > LEAVES) return;
        bytes32[] memory list = forked ? fork : truth;
        bytes32[] memory none = new bytes32[](0);
        bytes32[] memory proof = from == 0 ? none : Tree.consistency(list, from, size);
        vm.prank(operator);
        try ledger.anchor(id, size, Tree.root(list, size), proof) {
            note(id, size, Tree.root(list, size));
        } catch {
            ++forksRefused;
        }
    }

    /// @dev Anything at all.
    function anchorRandomly(uint256 log, uint256 who, uint64 size, bytes32 root, bytes32[] calldata proof) external {
        if (ledger.anchorCount(logId(log)) == 0) return; // a first anchor may have any root
        submit(log, who, size, root, proof);
    }

    function attest(uint256 log, uint256 who, uint64 size, bytes32 root) external {
        vm.prank(actor(who));
        ledger.attest(logId(log), size, root);
    }

    function takenOf(bytes32 id) external view returns (bytes32[] memory) {
        return taken[id];
    }

    function rootOf(bool forked, uint64 size) external view returns (bytes32) {
        return Tree.root(forked ? fork : truth, size);
    }

    function logId(uint256 log) public pure returns (bytes32) {
        return keccak256(abi.encode(log % 2));
    }

    function submit(uint256 log, uint256 who, uint64 size, bytes32 root, bytes32[] memory proof) private {
        vm.prank(actor(who));
        ledger.anchor(logId(log), size, root, proof);
        note(logId(log), size, root);
    }

    function note(bytes32 id, uint64 size, bytes32 root) private {
        taken[id].push(keccak256(abi.encode(size, root)));
        ++anchorsTaken;
    }

    function actor(uint256 who) private view returns (address) {
        return members[who % members.length];
    }
}

contract AppendOnlyTest {
    EvidenceAnchor private ledger;
    Anyone private anyone;

    function setUp() public {
        address[] memory members = new address[](3);
        for (uint160 i = 0; i < 3; ++i) {
            members[i] = address(i + 1);
        }
        ledger = new EvidenceAnchor(members, 2);
        anyone = new Anyone(ledger, members);
        // One log is registered from the start, so that no run is idle; the other depends on what is called.
        anyone.register(0, 0, 0);
        anyone.register(0, 1, 0);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](2);
        (targets[0], targets[1]) = (address(anyone), address(ledger));
    }

    /// @notice All that was ever taken is there, in its order, and nothing else.
    function invariant_Keeps_what_it_has_taken() public view {
        for (uint256 log = 0; log < 2; ++log) {
            bytes32[] memory taken = anyone.takenOf(anyone.logId(log));
            EvidenceAnchor.Anchor[] memory anchors = ledger.anchors(anyone.logId(log), 0, 1000);
            vm.assertEq(anchors.length, taken.length);
            for (uint256 i = 0; i < taken.length; ++i) {
                vm.assertEq(keccak256(abi.encode(anchors[i].size, anchors[i].root)), taken[i]);
            }
        }
    }

    /// @notice Sizes strictly increase, and all anchors of a log are of one history.
    function invariant_Holds_one_growing_history() public view {
        for (uint256 log = 0; log < 2; ++log) {
            EvidenceAnchor.Anchor[] memory anchors = ledger.anchors(anyone.logId(log), 0, 1000);
            bool isTruth = true;
            bool isFork = true;
            for (uint256 i = 0; i < anchors.length; ++i) {
                if (i > 0) vm.assertTrue(anchors[i].size > anchors[i - 1].size);
                isTruth = isTruth && anchors[i].root == anyone.rootOf(false, anchors[i].size);
                isFork = isFork && anchors[i].root == anyone.rootOf(true, anchors[i].size);
            }
            vm.assertTrue(isTruth || isFork, "a log has anchors of two histories");
        }
    }
}

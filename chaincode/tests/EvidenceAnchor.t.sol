// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Anchoring} from "../src/Anchoring.sol";
import {Attesting} from "../src/Attesting.sol";
import {EvidenceAnchor} from "../src/EvidenceAnchor.sol";
import {LogRegistry} from "../src/LogRegistry.sol";
import {Tree} from "./Tree.sol";
import {Vm, vm} from "./Vm.sol";

contract EvidenceAnchorTest {
    bytes32 private constant LOG = keccak256("log");
    address private constant OPERATOR = address(0xA0);
    address private constant STRANGER = address(0xBAD);
    string private constant ORIGIN = "evidence.local/node1";
    bytes32[] private NONE;

    address[] private consortium = [address(1), address(2), address(3)];
    EvidenceAnchor private ledger = new EvidenceAnchor(consortium, 2);
    bytes32[] private leaves = Tree.leaves(64, 0, 0);

    // ---- anchors

    function test_Anchors_and_says_so() public {
        register();
        vm.roll(100);
        vm.warp(1_800_000_000);
        vm.recordLogs();
        anchor(7, NONE);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1);
        vm.assertEq(logs[0].topics[0], keccak256("Anchored(bytes32,uint64,bytes32,uint64)"));
        vm.assertEq(logs[0].topics[1], LOG);
        vm.assertEq(logs[0].topics[2], bytes32(uint256(7)));
        vm.assertEq(logs[0].data, abi.encode(Tree.root(leaves, 7), uint64(0)));
        LogRegistry.Anchor memory newest = ledger.latest(LOG);
        vm.assertEq(newest.size, 7);
        vm.assertEq(newest.root, Tree.root(leaves, 7));
        vm.assertEq(newest.blockNumber, 100);
        vm.assertEq(newest.time, 1_800_000_000);
    }

    function test_Takes_a_growing_log() public {
        register();
        uint64[6] memory sizes = [uint64(1), 2, 7, 8, 33, 64];
        anchor(1, NONE);
        for (uint256 i = 1; i < sizes.length; ++i) {
            anchor(sizes[i], Tree.consistency(leaves, sizes[i - 1], sizes[i]));
        }
        vm.assertEq(ledger.anchorCount(LOG), 6);
    }

    function test_Rejects_a_history_that_was_rewritten() public {
        register();
        anchor(20, NONE);
        bytes32[] memory fork = Tree.leaves(40, 1, 10);
        bytes32 root = Tree.root(fork, 40);
        bytes memory refusal = abi.encodeWithSelector(Anchoring.InconsistentHistory.selector, 20, Tree.root(leaves, 20), 40, root);
        anchorReverts(OPERATOR, 40, root, Tree.consistency(fork, 20, 40), refusal);
    }

    function test_Rejects_a_larger_anchor_without_a_proof() public {
        register();
        anchor(20, NONE);
        bytes32 root = Tree.root(leaves, 40);
        bytes memory refusal = abi.encodeWithSelector(Anchoring.InconsistentHistory.selector, 20, Tree.root(leaves, 20), 40, root);
        anchorReverts(OPERATOR, 40, root, NONE, refusal);
    }

    function test_Rejects_the_same_and_a_smaller_size() public {
        register();
        anchor(20, NONE);
        bytes memory refusal = abi.encodeWithSelector(Anchoring.SizeNotGreater.selector, 20, 20);
        anchorReverts(OPERATOR, 20, Tree.root(leaves, 20), NONE, refusal);
        refusal = abi.encodeWithSelector(Anchoring.SizeNotGreater.selector, 20, 19);
        anchorReverts(OPERATOR, 19, Tree.root(leaves, 19), NONE, refusal);
    }

    function test_Rejects_an_empty_log() public {
        register();
        anchorReverts(OPERATOR, 0, sha256(""), NONE, abi.encodeWithSelector(Anchoring.SizeNotGreater.selector, 0, 0));
    }

    function test_Rejects_a_proof_for_the_first_anchor() public {
        register();
        bytes memory refusal = abi.encodeWithSelector(Anchoring.UnexpectedProof.selector, 1);
        anchorReverts(OPERATOR, 4, Tree.root(leaves, 4), Tree.append(NONE, bytes32(uint256(1))), refusal);
    }

    function test_Rejects_anyone_but_the_operator() public {
        register();
        bytes memory refusal = abi.encodeWithSelector(Anchoring.NotOperator.selector, LOG, consortium[0]);
        anchorReverts(consortium[0], 4, Tree.root(leaves, 4), NONE, refusal);
    }

    function test_Rejects_a_log_that_is_not_registered() public {
        approve(0);
        anchorReverts(OPERATOR, 4, Tree.root(leaves, 4), NONE, abi.encodeWithSelector(LogRegistry.UnknownLog.selector, LOG));
    }

    // ---- attestations

    function test_Takes_attestations_of_members_and_of_operators() public {
        register();
        anchor(20, NONE);
        bytes32 root = Tree.root(leaves, 20);
        vm.prank(consortium[2]);
        ledger.attest(LOG, 20, root);
        vm.prank(OPERATOR);
        ledger.attest(LOG, 20, root);
        vm.assertEq(ledger.attestedSize(LOG, consortium[2]), 20);
        vm.assertEq(ledger.attestedSize(LOG, OPERATOR), 20);
    }

    function test_Rejects_an_attestation_by_a_stranger() public {
        register();
        anchor(20, NONE);
        attestReverts(STRANGER, 20, Tree.root(leaves, 20), abi.encodeWithSelector(Attesting.NotReplica.selector, STRANGER));
    }

    function test_Rejects_an_attestation_of_what_was_not_anchored() public {
        register();
        anchor(20, NONE);
        bytes memory refusal = abi.encodeWithSelector(LogRegistry.NotAnchored.selector, LOG, 19);
        attestReverts(consortium[0], 19, Tree.root(leaves, 19), refusal);
        refusal = abi.encodeWithSelector(LogRegistry.NotAnchored.selector, LOG, 20);
        attestReverts(consortium[0], 20, Tree.root(leaves, 19), refusal);
    }

    function test_Rejects_an_attestation_that_is_not_newer() public {
        register();
        anchor(20, NONE);
        anchor(30, Tree.consistency(leaves, 20, 30));
        bytes32 root = Tree.root(leaves, 30);
        vm.prank(consortium[0]);
        ledger.attest(LOG, 30, root);
        bytes memory refusal = abi.encodeWithSelector(Attesting.AlreadyAttested.selector, 30, 20);
        attestReverts(consortium[0], 20, Tree.root(leaves, 20), refusal);
    }

    function test_Lists_the_newest_attestation_of_each_replica() public {
        register();
        anchor(20, NONE);
        anchor(30, Tree.consistency(leaves, 20, 30));
        bytes32 root20 = Tree.root(leaves, 20);
        bytes32 root30 = Tree.root(leaves, 30);
        vm.roll(100);
        vm.warp(1_800_000_000);
        attest(consortium[2], 20, root20);
        attest(OPERATOR, 30, root30);
        vm.roll(101);
        attest(consortium[2], 30, root30);
        Attesting.Attestation[] memory page = ledger.attestations(LOG, 0, 10);
        vm.assertEq(page.length, 2);
        vm.assertEq(
            keccak256(abi.encode(page[0])), keccak256(abi.encode(Attesting.Attestation(consortium[2], 30, 101, 1_800_000_000)))
        );
        vm.assertEq(page[1].replica, OPERATOR);
        vm.assertEq(ledger.attestations(LOG, 1, 1)[0].replica, OPERATOR);
        vm.assertEq(ledger.attestations(LOG, 2, 1).length, 0);
    }

    // ---- views

    function test_Verifies_inclusion_in_any_anchor() public {
        register();
        anchor(20, NONE);
        anchor(30, Tree.consistency(leaves, 20, 30));
        vm.assertTrue(ledger.verifyInclusion(LOG, 20, leaves[3], 3, Tree.inclusion(leaves, 3, 20)));
        vm.assertTrue(ledger.verifyInclusion(LOG, 30, leaves[3], 3, Tree.inclusion(leaves, 3, 30)));
        vm.assertFalse(ledger.verifyInclusion(LOG, 30, leaves[3], 3, Tree.inclusion(leaves, 3, 20)));
        vm.assertFalse(ledger.verifyInclusion(LOG, 30, leaves[4], 3, Tree.inclusion(leaves, 3, 30)));
    }

    function test_Says_that_a_size_was_not_anchored() public {
        register();
        anchor(20, NONE);
        vm.expectRevert(abi.encodeWithSelector(LogRegistry.NotAnchored.selector, LOG, 21));
        ledger.verifyInclusion(LOG, 21, leaves[3], 3, NONE);
    }

    function test_Answers_with_nothing_for_a_log_without_anchors() public view {
        vm.assertEq(ledger.anchorCount(LOG), 0);
        vm.assertEq(ledger.latest(LOG).size, 0);
        vm.assertEq(ledger.anchors(LOG, 0, 10).length, 0);
    }

    function test_Pages_through_the_anchors() public {
        register();
        anchor(1, NONE);
        for (uint64 i = 2; i <= 10; ++i) {
            anchor(i, Tree.consistency(leaves, i - 1, i));
        }
        LogRegistry.Anchor[] memory page = ledger.anchors(LOG, 7, 100);
        vm.assertEq(page.length, 3);
        vm.assertEq(page[0].size, 8);
        vm.assertEq(page[2].root, Tree.root(leaves, 10));
        vm.assertEq(ledger.anchors(LOG, 2, 3).length, 3);
        vm.assertEq(ledger.anchors(LOG, 10, 1).length, 0);
        vm.assertEq(ledger.anchors(LOG, type(uint256).max, type(uint256).max).length, 0);
        vm.assertEq(ledger.anchors(LOG, 3, type(uint256).max).length, 7);
    }

    /// @dev Hashing calls the precompile: what follows a cheatcode must be the call that is meant, so all else is computed before.
    function anchorReverts(address caller, uint64 size, bytes32 root, bytes32[] memory proof, bytes memory refusal) private {
        vm.prank(caller);
        vm.expectRevert(refusal);
        ledger.anchor(LOG, size, root, proof);
    }

    function attest(address replica, uint64 size, bytes32 root) private {
        vm.prank(replica);
        ledger.attest(LOG, size, root);
    }

    function attestReverts(address replica, uint64 size, bytes32 root, bytes memory refusal) private {
        vm.prank(replica);
        vm.expectRevert(refusal);
        ledger.attest(LOG, size, root);
    }

    function approve(uint256 member) private {
        vm.prank(consortium[member]);
        ledger.registerLog(LOG, OPERATOR, ORIGIN);
    }

    function register() private {
        approve(0);
        approve(1);
    }

    function anchor(uint64 size, bytes32[] memory proof) private {
        bytes32 root = Tree.root(leaves, size);
        vm.prank(OPERATOR);
        ledger.anchor(LOG, size, root, proof);
    }
}

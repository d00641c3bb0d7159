// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Decisions} from "../src/Decisions.sol";
import {LogRegistry} from "../src/LogRegistry.sol";
import {DecidingConsortium} from "./DecidingConsortium.sol";
import {Tree} from "./Tree.sol";
import {Vm, vm} from "./Vm.sol";

contract ClosingTest is DecidingConsortium {
    function setUp() public {
        decide(registering());
        anchor(LOG, OPERATOR, 20);
    }

    function test_Closes_a_log_and_registers_a_successor_that_names_it() public {
        approve(0, closingAt(20));
        vm.assertFalse(ledger.logInfo(LOG).closed);
        vm.recordLogs();
        approve(1, closingAt(20));
        LogRegistry.LogInfo memory closed = ledger.logInfo(LOG);
        LogRegistry.LogInfo memory next = ledger.logInfo(NEXT);
        vm.assertTrue(closed.closed);
        vm.assertEq(closed.successor, NEXT);
        vm.assertEq(next.predecessor, LOG);
        vm.assertEq(next.predecessorSize, 20);
        vm.assertEq(next.predecessorRoot, Tree.root(leaves, 20));
        vm.assertEq(next.operator, OTHER);
        vm.assertEq(ledger.operatedLogs(OPERATOR), 0);
        vm.assertEq(ledger.operatedLogs(OTHER), 1);
        Vm.Log[] memory events = vm.getRecordedLogs();
        vm.assertEq(events[2].topics[0], Decisions.LogClosed.selector);
        vm.assertEq(events[2].topics[2], NEXT);
        vm.assertEq(events[2].data, abi.encode(uint64(20), Tree.root(leaves, 20)));
        vm.assertEq(events[3].topics[0], LogRegistry.LogRegistered.selector);
    }

    function test_A_closed_log_takes_nothing_but_attestations_and_keeps_its_anchors() public {
        decide(closingAt(20));
        bytes memory refusal = abi.encodeWithSelector(LogRegistry.LogIsClosed.selector, LOG, NEXT);
        refusedTo(OPERATOR, anchoring(LOG, 30), refusal);
        refused(0, rotating(OTHER), refusal);
        refused(0, closingAt(20), refusal);
        refused(0, registering(), abi.encodeWithSelector(LogRegistry.LogAlreadyRegistered.selector, LOG));
        vm.assertEq(ledger.latest(LOG).root, Tree.root(leaves, 20));
        vm.assertTrue(ledger.verifyInclusion(LOG, 20, leaves[3], 3, Tree.inclusion(leaves, 3, 20)));
        approve(2, abi.encodeCall(ledger.attest, (LOG, 20, Tree.root(leaves, 20))));
        vm.assertEq(ledger.attestedSize(LOG, consortium[2]), 20);
    }

    function test_A_successor_is_a_log_of_its_own_and_can_be_closed_in_turn() public {
        decide(closingAt(20));
        anchor(NEXT, OTHER, 7);
        bytes32 third = keccak256("third log");
        decide(abi.encodeCall(ledger.closeLog, (NEXT, 7, Tree.root(leaves, 7), third, OPERATOR, ORIGIN)));
        vm.assertEq(ledger.logInfo(NEXT).successor, third);
        vm.assertEq(ledger.logInfo(third).predecessor, NEXT);
        vm.assertEq(ledger.logCount(), 3);
    }

    function test_Closes_a_log_that_was_never_anchored() public {
        bytes32 empty = keccak256("empty log");
        decide(registering(empty, OPERATOR, ORIGIN));
        decide(abi.encodeCall(ledger.closeLog, (empty, 0, bytes32(0), NEXT, OTHER, ORIGIN)));
        vm.assertTrue(ledger.logInfo(empty).closed);
        vm.assertEq(ledger.logInfo(NEXT).predecessor, empty);
        vm.assertEq(ledger.logInfo(NEXT).predecessorSize, 0);
    }

    function test_Rejects_another_end_than_the_last_anchor() public {
        bytes32 root = Tree.root(leaves, 20);
        bytes memory refusal = abi.encodeWithSelector(Decisions.NotLastAnchor.selector, LOG, 20, root);
        refused(0, closingAt(19), refusal);
        refused(0, closingAt(0), refusal);
        refused(0, abi.encodeCall(ledger.closeLog, (LOG, 20, Tree.root(leaves, 19), NEXT, OTHER, ORIGIN)), refusal);
    }

    function test_An_approval_of_an_end_that_an_anchor_has_passed_puts_nothing_in_force() public {
        approve(0, closingAt(20));
        anchor(LOG, OPERATOR, 30);
        bytes32 root = Tree.root(leaves, 30);
        refused(1, closingAt(20), abi.encodeWithSelector(Decisions.NotLastAnchor.selector, LOG, 30, root));
        decide(closingAt(30));
        vm.assertTrue(ledger.logInfo(LOG).closed);
    }

    function test_Rejects_a_successor_that_is_registered_already() public {
        decide(registering(NEXT, OTHER, ORIGIN));
        refused(0, closingAt(20), abi.encodeWithSelector(LogRegistry.LogAlreadyRegistered.selector, NEXT));
        bytes memory itself = abi.encodeCall(ledger.closeLog, (LOG, 20, Tree.root(leaves, 20), LOG, OTHER, ORIGIN));
        refused(0, itself, abi.encodeWithSelector(LogRegistry.LogAlreadyRegistered.selector, LOG));
    }

    function test_Rejects_a_successor_without_operator_or_name_or_id() public {
        bytes32 root = Tree.root(leaves, 20);
        bytes4 error = LogRegistry.InvalidLog.selector;
        bytes memory call = abi.encodeCall(ledger.closeLog, (LOG, 20, root, NEXT, address(0), ORIGIN));
        refused(0, call, abi.encodeWithSelector(error, NEXT, address(0), ORIGIN));
        call = abi.encodeCall(ledger.closeLog, (LOG, 20, root, NEXT, OTHER, ""));
        refused(0, call, abi.encodeWithSelector(error, NEXT, OTHER, ""));
        call = abi.encodeCall(ledger.closeLog, (LOG, 20, root, bytes32(0), OTHER, ORIGIN));
        refused(0, call, abi.encodeWithSelector(error, bytes32(0), OTHER, ORIGIN));
    }

    function test_Rejects_a_log_that_is_not_registered() public {
        bytes memory call = abi.encodeCall(ledger.closeLog, (NEXT, 0, bytes32(0), LOG, OTHER, ORIGIN));
        refused(0, call, abi.encodeWithSelector(LogRegistry.UnknownLog.selector, NEXT));
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Anchoring} from "../src/Anchoring.sol";
import {Attesting} from "../src/Attesting.sol";
import {Decisions} from "../src/Decisions.sol";
import {LogRegistry} from "../src/LogRegistry.sol";
import {Proposals} from "../src/Proposals.sol";
import {DecidingConsortium} from "./DecidingConsortium.sol";
import {Tree} from "./Tree.sol";
import {vm} from "./Vm.sol";

contract RotationTest is DecidingConsortium {
    function setUp() public {
        decide(registering());
        anchor(LOG, OPERATOR, 20);
    }

    function test_Gives_the_log_to_another_operator_and_its_history_stays() public {
        approve(0, rotating(OTHER));
        vm.assertEq(ledger.logInfo(LOG).operator, OPERATOR);
        approve(1, rotating(OTHER));
        vm.assertEq(ledger.logInfo(LOG).operator, OTHER);
        refusedTo(OPERATOR, anchoring(LOG, 30), abi.encodeWithSelector(Anchoring.NotOperator.selector, LOG, OPERATOR));
        anchor(LOG, OTHER, 30);
        vm.assertEq(ledger.anchorCount(LOG), 2);
        vm.assertEq(ledger.anchors(LOG, 0, 1)[0].root, Tree.root(leaves, 20));
    }

    function test_A_new_operator_is_held_to_the_same_history() public {
        decide(rotating(OTHER));
        bytes32[] memory fork = Tree.leaves(40, 1, 10);
        bytes memory call = abi.encodeCall(ledger.anchor, (LOG, 40, Tree.root(fork, 40), Tree.consistency(fork, 20, 40)));
        bytes4 error = Anchoring.InconsistentHistory.selector;
        refusedTo(OTHER, call, abi.encodeWithSelector(error, 20, Tree.root(leaves, 20), 40, Tree.root(fork, 40)));
    }

    function test_An_operator_that_was_replaced_attests_no_longer() public {
        decide(rotating(OTHER));
        bytes memory attesting = abi.encodeCall(ledger.attest, (LOG, 20, Tree.root(leaves, 20)));
        refusedTo(OPERATOR, attesting, abi.encodeWithSelector(Attesting.NotReplica.selector, OPERATOR));
        vm.prank(OTHER);
        (bool done,) = address(ledger).call(attesting);
        vm.assertTrue(done);
    }

    function test_An_operator_of_two_logs_that_loses_one_still_attests() public {
        decide(registering(NEXT, OPERATOR, ORIGIN));
        decide(rotating(OTHER));
        vm.assertEq(ledger.operatedLogs(OPERATOR), 1);
    }

    function test_An_old_approval_does_not_count_for_the_same_rotation_again() public {
        decide(rotating(OTHER));
        decide(rotating(OPERATOR));
        approve(0, rotating(OTHER));
        vm.assertEq(ledger.logInfo(LOG).operator, OPERATOR);
        approve(2, rotating(OTHER));
        vm.assertEq(ledger.logInfo(LOG).operator, OTHER);
        vm.assertEq(ledger.logInfo(LOG).revision, 4);
    }

    function test_An_approval_ends_with_the_state_that_it_was_given_for() public {
        approve(0, rotating(STRANGER));
        decide(rotating(OTHER));
        approve(1, rotating(STRANGER));
        vm.assertEq(ledger.logInfo(LOG).operator, OTHER);
        vm.assertTrue(ledger.proposal(idOf(1, 1, rotating(STRANGER))).state == Proposals.ProposalState.Superseded);
    }

    function test_Rejects_the_same_operator_and_none() public {
        bytes4 error = Decisions.InvalidOperator.selector;
        refused(0, rotating(OPERATOR), abi.encodeWithSelector(error, LOG, OPERATOR));
        refused(0, rotating(address(0)), abi.encodeWithSelector(error, LOG, address(0)));
    }

    function test_Rejects_a_log_that_is_not_registered() public {
        bytes memory call = abi.encodeCall(ledger.rotateOperator, (NEXT, OTHER));
        refused(0, call, abi.encodeWithSelector(LogRegistry.UnknownLog.selector, NEXT));
    }
}

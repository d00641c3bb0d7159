// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EvidenceAnchor} from "../src/EvidenceAnchor.sol";
import {Tree} from "./Tree.sol";
import {Vm, vm} from "./Vm.sol";

/// @notice A consortium of three members, of whom two must approve, and what it may decide.
abstract contract Consortium {
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

contract RegistrationTest is Consortium {
    function test_Registers_a_log_when_the_threshold_is_reached() public {
        approve(0, registering());
        vm.assertEq(ledger.logInfo(LOG).operator, address(0));
        vm.assertEq(ledger.logCount(), 0);
        approve(2, registering());
        EvidenceAnchor.LogInfo memory info = ledger.logInfo(LOG);
        vm.assertEq(info.operator, OPERATOR);
        vm.assertEq(info.origin, ORIGIN);
        vm.assertEq(info.revision, 1);
        vm.assertEq(ledger.operatedLogs(OPERATOR), 1);
    }

    function test_Counts_approvals_of_the_identical_proposal_only() public {
        approve(0, registering());
        approve(1, registering(LOG, STRANGER, ORIGIN));
        approve(2, registering(LOG, OPERATOR, "another name"));
        vm.assertEq(ledger.logCount(), 0);
        vm.assertEq(ledger.proposalCount(), 3);
        vm.assertEq(ledger.proposal(idOf(1, 0, registering())).approvers.length, 1);
    }

    function test_Rejects_a_second_approval_by_the_same_member() public {
        approve(0, registering());
        bytes32 id = idOf(1, 0, registering());
        refused(0, registering(), abi.encodeWithSelector(EvidenceAnchor.AlreadyApproved.selector, id, consortium[0]));
    }

    function test_Rejects_what_a_stranger_would_decide() public {
        decide(registering());
        bytes memory refusal = abi.encodeWithSelector(EvidenceAnchor.NotMember.selector, STRANGER);
        refusedTo(STRANGER, registering(NEXT, STRANGER, ORIGIN), refusal);
        refusedTo(STRANGER, rotating(STRANGER), refusal);
        refusedTo(STRANGER, closingAt(0), refusal);
        refusedTo(STRANGER, changing(addresses(STRANGER, address(0xBAE)), 1), refusal);
    }

    function test_Rejects_a_second_registration() public {
        decide(registering());
        refused(2, registering(LOG, STRANGER, ORIGIN), abi.encodeWithSelector(EvidenceAnchor.LogAlreadyRegistered.selector, LOG));
    }

    function test_Rejects_a_log_without_operator_or_name_or_id() public {
        string memory long = string(new bytes(256));
        bytes4 error = EvidenceAnchor.InvalidLog.selector;
        refused(0, registering(LOG, address(0), ORIGIN), abi.encodeWithSelector(error, LOG, address(0), ORIGIN));
        refused(0, registering(LOG, OPERATOR, ""), abi.encodeWithSelector(error, LOG, OPERATOR, ""));
        refused(0, registering(LOG, OPERATOR, long), abi.encodeWithSelector(error, LOG, OPERATOR, long));
        refused(0, registering(0, OPERATOR, ORIGIN), abi.encodeWithSelector(error, bytes32(0), OPERATOR, ORIGIN));
    }

    function test_Pages_through_the_logs() public {
        for (uint256 i = 1; i <= 5; ++i) {
            decide(registering(bytes32(i), OPERATOR, ORIGIN));
        }
        EvidenceAnchor.LogInfo[] memory page = ledger.logs(1, 3);
        vm.assertEq(page.length, 3);
        vm.assertEq(page[0].logId, bytes32(uint256(2)));
        vm.assertEq(page[2].logId, bytes32(uint256(4)));
        vm.assertEq(ledger.logs(4, type(uint256).max).length, 1);
        vm.assertEq(ledger.logs(5, 1).length, 0);
        vm.assertEq(ledger.operatedLogs(OPERATOR), 5);
    }
}

contract ProposalTest is Consortium {
    function test_Keeps_what_was_proposed_and_who_approved() public {
        vm.roll(100);
        vm.recordLogs();
        approve(1, registering());
        Vm.Log[] memory events = vm.getRecordedLogs();
        vm.assertEq(events.length, 2);
        vm.assertEq(events[0].topics[0], EvidenceAnchor.Proposed.selector);
        vm.assertEq(events[0].data, abi.encode(registering()));
        vm.assertEq(events[1].topics[0], EvidenceAnchor.Approved.selector);
        bytes32 id = events[0].topics[1];
        EvidenceAnchor.Proposal memory found = ledger.proposal(id);
        vm.assertEq(id, idOf(1, 0, registering()));
        vm.assertEq(found.content, registering());
        vm.assertEq(found.logId, LOG);
        vm.assertEq(found.approvers[0], consortium[1]);
        vm.assertEq(found.blockNumber, 100);
        vm.assertTrue(found.state == EvidenceAnchor.ProposalState.Open);

        vm.roll(101);
        approve(0, registering());
        found = ledger.proposal(id);
        vm.assertTrue(found.state == EvidenceAnchor.ProposalState.Executed);
        vm.assertEq(found.executedBlock, 101);
        vm.assertEq(ledger.proposals(0, 10)[0].id, id);
    }

    function test_Does_not_count_an_approval_that_was_withdrawn() public {
        bytes32 id = idOf(1, 0, registering());
        approve(0, registering());
        approve(0, abi.encodeCall(ledger.withdraw, (id)));
        approve(1, registering());
        vm.assertEq(ledger.logCount(), 0);
        approve(0, registering()); // approved again after all
        vm.assertEq(ledger.logCount(), 1);
    }

    function test_Rejects_the_withdrawal_of_what_was_not_approved() public {
        bytes32 id = idOf(1, 0, registering());
        approve(0, registering());
        bytes memory withdrawal = abi.encodeCall(ledger.withdraw, (id));
        refused(1, withdrawal, abi.encodeWithSelector(EvidenceAnchor.NotApproved.selector, id, consortium[1]));
        approve(0, withdrawal);
        refused(0, withdrawal, abi.encodeWithSelector(EvidenceAnchor.NotApproved.selector, id, consortium[0]));
    }

    function test_Rejects_the_withdrawal_of_what_is_in_force_or_was_superseded_or_never_was() public {
        decide(registering());
        bytes32 id = idOf(1, 0, registering());
        refused(0, abi.encodeCall(ledger.withdraw, (id)), abi.encodeWithSelector(EvidenceAnchor.NotOpen.selector, id));

        approve(0, rotating(STRANGER));
        decide(rotating(OTHER));
        id = idOf(1, 1, rotating(STRANGER));
        refused(0, abi.encodeCall(ledger.withdraw, (id)), abi.encodeWithSelector(EvidenceAnchor.NotOpen.selector, id));
        refused(0, abi.encodeCall(ledger.withdraw, (NEXT)), abi.encodeWithSelector(EvidenceAnchor.NotOpen.selector, NEXT));
    }

    function test_Pages_through_the_proposals() public {
        for (uint256 i = 1; i <= 4; ++i) {
            approve(0, registering(bytes32(i), OPERATOR, ORIGIN));
        }
        EvidenceAnchor.Proposal[] memory page = ledger.proposals(1, 2);
        vm.assertEq(page.length, 2);
        vm.assertEq(page[0].logId, bytes32(uint256(2)));
        vm.assertEq(ledger.proposals(3, 100).length, 1);
        vm.assertEq(ledger.proposals(4, 100).length, 0);
        vm.assertEq(ledger.proposal(NEXT).id, bytes32(0));
    }
}

contract RotationTest is Consortium {
    function setUp() public {
        decide(registering());
        anchor(LOG, OPERATOR, 20);
    }

    function test_Gives_the_log_to_another_operator_and_its_history_stays() public {
        approve(0, rotating(OTHER));
        vm.assertEq(ledger.logInfo(LOG).operator, OPERATOR);
        approve(1, rotating(OTHER));
        vm.assertEq(ledger.logInfo(LOG).operator, OTHER);
        refusedTo(OPERATOR, anchoring(LOG, 30), abi.encodeWithSelector(EvidenceAnchor.NotOperator.selector, LOG, OPERATOR));
        anchor(LOG, OTHER, 30);
        vm.assertEq(ledger.anchorCount(LOG), 2);
        vm.assertEq(ledger.anchors(LOG, 0, 1)[0].root, Tree.root(leaves, 20));
    }

    function test_A_new_operator_is_held_to_the_same_history() public {
        decide(rotating(OTHER));
        bytes32[] memory fork = Tree.leaves(40, 1, 10);
        bytes memory call = abi.encodeCall(ledger.anchor, (LOG, 40, Tree.root(fork, 40), Tree.consistency(fork, 20, 40)));
        bytes4 error = EvidenceAnchor.InconsistentHistory.selector;
        refusedTo(OTHER, call, abi.encodeWithSelector(error, 20, Tree.root(leaves, 20), 40, Tree.root(fork, 40)));
    }

    function test_An_operator_that_was_replaced_attests_no_longer() public {
        decide(rotating(OTHER));
        bytes memory attesting = abi.encodeCall(ledger.attest, (LOG, 20, Tree.root(leaves, 20)));
        refusedTo(OPERATOR, attesting, abi.encodeWithSelector(EvidenceAnchor.NotReplica.selector, OPERATOR));
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
        vm.assertTrue(ledger.proposal(idOf(1, 1, rotating(STRANGER))).state == EvidenceAnchor.ProposalState.Superseded);
    }

    function test_Rejects_the_same_operator_and_none() public {
        bytes4 error = EvidenceAnchor.InvalidOperator.selector;
        refused(0, rotating(OPERATOR), abi.encodeWithSelector(error, LOG, OPERATOR));
        refused(0, rotating(address(0)), abi.encodeWithSelector(error, LOG, address(0)));
    }

    function test_Rejects_a_log_that_is_not_registered() public {
        bytes memory call = abi.encodeCall(ledger.rotateOperator, (NEXT, OTHER));
        refused(0, call, abi.encodeWithSelector(EvidenceAnchor.UnknownLog.selector, NEXT));
    }
}

contract ClosingTest is Consortium {
    function setUp() public {
        decide(registering());
        anchor(LOG, OPERATOR, 20);
    }

    function test_Closes_a_log_and_registers_a_successor_that_names_it() public {
        approve(0, closingAt(20));
        vm.assertFalse(ledger.logInfo(LOG).closed);
        vm.recordLogs();
        approve(1, closingAt(20));
        EvidenceAnchor.LogInfo memory closed = ledger.logInfo(LOG);
        EvidenceAnchor.LogInfo memory next = ledger.logInfo(NEXT);
        vm.assertTrue(closed.closed);
        vm.assertEq(closed.successor, NEXT);
        vm.assertEq(next.predecessor, LOG);
        vm.assertEq(next.predecessorSize, 20);
        vm.assertEq(next.predecessorRoot, Tree.root(leaves, 20));
        vm.assertEq(next.operator, OTHER);
        vm.assertEq(ledger.operatedLogs(OPERATOR), 0);
        vm.assertEq(ledger.operatedLogs(OTHER), 1);
        Vm.Log[] memory events = vm.getRecordedLogs();
        vm.assertEq(events[2].topics[0], EvidenceAnchor.LogClosed.selector);
        vm.assertEq(events[2].topics[2], NEXT);
        vm.assertEq(events[2].data, abi.encode(uint64(20), Tree.root(leaves, 20)));
        vm.assertEq(events[3].topics[0], EvidenceAnchor.LogRegistered.selector);
    }

    function test_A_closed_log_takes_nothing_but_attestations_and_keeps_its_anchors() public {
        decide(closingAt(20));
        bytes memory refusal = abi.encodeWithSelector(EvidenceAnchor.LogIsClosed.selector, LOG, NEXT);
        refusedTo(OPERATOR, anchoring(LOG, 30), refusal);
        refused(0, rotating(OTHER), refusal);
        refused(0, closingAt(20), refusal);
        refused(0, registering(), abi.encodeWithSelector(EvidenceAnchor.LogAlreadyRegistered.selector, LOG));
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
        bytes memory refusal = abi.encodeWithSelector(EvidenceAnchor.NotLastAnchor.selector, LOG, 20, root);
        refused(0, closingAt(19), refusal);
        refused(0, closingAt(0), refusal);
        refused(0, abi.encodeCall(ledger.closeLog, (LOG, 20, Tree.root(leaves, 19), NEXT, OTHER, ORIGIN)), refusal);
    }

    function test_An_approval_of_an_end_that_an_anchor_has_passed_puts_nothing_in_force() public {
        approve(0, closingAt(20));
        anchor(LOG, OPERATOR, 30);
        bytes32 root = Tree.root(leaves, 30);
        refused(1, closingAt(20), abi.encodeWithSelector(EvidenceAnchor.NotLastAnchor.selector, LOG, 30, root));
        decide(closingAt(30));
        vm.assertTrue(ledger.logInfo(LOG).closed);
    }

    function test_Rejects_a_successor_that_is_registered_already() public {
        decide(registering(NEXT, OTHER, ORIGIN));
        refused(0, closingAt(20), abi.encodeWithSelector(EvidenceAnchor.LogAlreadyRegistered.selector, NEXT));
        bytes memory itself = abi.encodeCall(ledger.closeLog, (LOG, 20, Tree.root(leaves, 20), LOG, OTHER, ORIGIN));
        refused(0, itself, abi.encodeWithSelector(EvidenceAnchor.LogAlreadyRegistered.selector, LOG));
    }

    function test_Rejects_a_successor_without_operator_or_name_or_id() public {
        bytes32 root = Tree.root(leaves, 20);
        bytes4 error = EvidenceAnchor.InvalidLog.selector;
        bytes memory call = abi.encodeCall(ledger.closeLog, (LOG, 20, root, NEXT, address(0), ORIGIN));
        refused(0, call, abi.encodeWithSelector(error, NEXT, address(0), ORIGIN));
        call = abi.encodeCall(ledger.closeLog, (LOG, 20, root, NEXT, OTHER, ""));
        refused(0, call, abi.encodeWithSelector(error, NEXT, OTHER, ""));
        call = abi.encodeCall(ledger.closeLog, (LOG, 20, root, bytes32(0), OTHER, ORIGIN));
        refused(0, call, abi.encodeWithSelector(error, bytes32(0), OTHER, ORIGIN));
    }

    function test_Rejects_a_log_that_is_not_registered() public {
        bytes memory call = abi.encodeCall(ledger.closeLog, (NEXT, 0, bytes32(0), LOG, OTHER, ORIGIN));
        refused(0, call, abi.encodeWithSelector(EvidenceAnchor.UnknownLog.selector, NEXT));
    }
}

contract MembershipTest is Consortium {
    function test_Keeps_the_members_and_the_threshold() public view {
        vm.assertEq(ledger.threshold(), 2);
        vm.assertEq(hashOf(ledger.members()), hashOf(consortium));
        vm.assertTrue(ledger.isMember(consortium[2]));
        vm.assertFalse(ledger.isMember(STRANGER));
        vm.assertEq(ledger.epoch(), 1);
    }

    function test_Replaces_members_and_threshold_at_once() public {
        address[] memory next = addresses(consortium[0], OTHER);
        approve(0, changing(next, 1));
        vm.assertEq(hashOf(ledger.members()), hashOf(consortium));
        approve(1, changing(next, 1));
        vm.assertEq(hashOf(ledger.members()), hashOf(next));
        vm.assertEq(ledger.threshold(), 1);
        vm.assertEq(ledger.epoch(), 2);
        vm.assertTrue(ledger.isMember(OTHER));
        vm.assertFalse(ledger.isMember(consortium[1]));
        refused(1, registering(), abi.encodeWithSelector(EvidenceAnchor.NotMember.selector, consortium[1]));
        vm.prank(OTHER);
        ledger.registerLog(LOG, OPERATOR, ORIGIN);
        vm.assertEq(ledger.logCount(), 1);
    }

    function test_An_approval_by_a_member_who_has_left_never_counts() public {
        approve(2, registering());
        decide(changing(addresses(consortium[0], consortium[1]), 2));
        approve(0, registering());
        vm.assertEq(ledger.logCount(), 0);
        vm.assertTrue(ledger.proposal(idOf(1, 0, registering())).state == EvidenceAnchor.ProposalState.Superseded);
        // The member comes back: what was approved before it left still counts for nothing.
        decide(changing(consortium, 2));
        approve(1, registering());
        vm.assertEq(ledger.logCount(), 0);
        approve(2, registering());
        vm.assertEq(ledger.logCount(), 1);
    }

    function test_An_old_change_cannot_be_put_in_force_again() public {
        address[] memory next = addresses(consortium[0], consortium[1]);
        decide(changing(next, 2));
        decide(changing(consortium, 2));
        approve(0, changing(next, 2));
        vm.assertEq(hashOf(ledger.members()), hashOf(consortium));
        vm.assertEq(ledger.epoch(), 3);
    }

    function test_A_change_takes_nothing_from_a_log() public {
        decide(registering());
        anchor(LOG, OPERATOR, 20);
        decide(changing(addresses(OTHER, STRANGER), 1));
        vm.assertEq(ledger.latest(LOG).root, Tree.root(leaves, 20));
        vm.assertEq(ledger.logInfo(LOG).operator, OPERATOR);
        anchor(LOG, OPERATOR, 30);
        vm.assertEq(ledger.anchorCount(LOG), 2);
    }

    function test_Rejects_a_threshold_that_no_number_of_members_reaches_or_of_none() public {
        bytes memory tooMany = abi.encodeWithSelector(EvidenceAnchor.InvalidThreshold.selector, 4, 3);
        bytes memory none = abi.encodeWithSelector(EvidenceAnchor.InvalidThreshold.selector, 0, 3);
        refused(0, changing(consortium, 4), tooMany);
        refused(0, changing(consortium, 0), none);
        refused(0, changing(new address[](0), 0), abi.encodeWithSelector(EvidenceAnchor.InvalidThreshold.selector, 0, 0));
        vm.expectRevert(tooMany);
        new EvidenceAnchor(consortium, 4);
        vm.expectRevert(none);
        new EvidenceAnchor(consortium, 0);
    }

    function test_Rejects_a_member_twice_or_out_of_order_and_the_zero_address() public {
        bytes4 error = EvidenceAnchor.InvalidMember.selector;
        refused(0, changing(addresses(OTHER, OTHER), 1), abi.encodeWithSelector(error, OTHER));
        refused(0, changing(addresses(OTHER, OPERATOR), 1), abi.encodeWithSelector(error, OPERATOR));
        refused(0, changing(addresses(address(0), OTHER), 1), abi.encodeWithSelector(error, address(0)));
        vm.expectRevert(abi.encodeWithSelector(error, address(0)));
        new EvidenceAnchor(addresses(address(0), OTHER), 1);
    }

    function test_Rejects_more_members_than_a_block_may_hold() public {
        address[] memory many = new address[](101);
        for (uint160 i = 0; i < 101; ++i) {
            many[i] = address(1000 + i);
        }
        refused(0, changing(many, 2), abi.encodeWithSelector(EvidenceAnchor.TooManyMembers.selector, 101));
    }

    function test_The_largest_consortium_can_be_replaced_within_a_block() public {
        address[] memory many = new address[](100);
        address[] memory others = new address[](100);
        for (uint160 i = 0; i < 100; ++i) {
            (many[i], others[i]) = (address(1000 + i), address(2000 + i));
        }
        decide(changing(many, 1));
        uint256 before = gasleft();
        vm.prank(many[0]);
        ledger.changeConsortium(others, 1);
        vm.assertLt(before - gasleft(), 15_000_000, "gas of replacing 100 members");
        vm.assertTrue(ledger.isMember(others[99]));
        vm.assertFalse(ledger.isMember(many[99]));
    }

    /// @notice Whatever the threshold, one approval too few puts nothing in force, and the last one does.
    function testFuzz_Needs_as_many_members_as_the_threshold_says(uint8 count, uint8 threshold) public {
        count = 1 + count % 20;
        threshold = 1 + threshold % count;
        address[] memory list = new address[](count);
        for (uint160 i = 0; i < count; ++i) {
            list[i] = address(500 + i);
        }
        ledger = new EvidenceAnchor(list, threshold);
        consortium = list;
        for (uint256 i = 0; i < threshold; ++i) {
            vm.assertEq(ledger.logCount(), 0);
            approve(i, registering());
        }
        vm.assertEq(ledger.logCount(), 1);
    }
}

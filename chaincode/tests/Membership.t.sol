// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Consortium} from "../src/Consortium.sol";
import {EvidenceAnchor} from "../src/EvidenceAnchor.sol";
import {Proposals} from "../src/Proposals.sol";
import {DecidingConsortium} from "./DecidingConsortium.sol";
import {Tree} from "./Tree.sol";
import {vm} from "./Vm.sol";

contract MembershipTest is DecidingConsortium {
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
        refused(1, registering(), abi.encodeWithSelector(Consortium.NotMember.selector, consortium[1]));
        vm.prank(OTHER);
        ledger.registerLog(LOG, OPERATOR, ORIGIN);
        vm.assertEq(ledger.logCount(), 1);
    }

    function test_An_approval_by_a_member_who_has_left_never_counts() public {
        approve(2, registering());
        decide(changing(addresses(consortium[0], consortium[1]), 2));
        approve(0, registering());
        vm.assertEq(ledger.logCount(), 0);
        vm.assertTrue(ledger.proposal(idOf(1, 0, registering())).state == Proposals.ProposalState.Superseded);
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
        bytes memory tooMany = abi.encodeWithSelector(Consortium.InvalidThreshold.selector, 4, 3);
        bytes memory none = abi.encodeWithSelector(Consortium.InvalidThreshold.selector, 0, 3);
        refused(0, changing(consortium, 4), tooMany);
        refused(0, changing(consortium, 0), none);
        refused(0, changing(new address[](0), 0), abi.encodeWithSelector(Consortium.InvalidThreshold.selector, 0, 0));
        vm.expectRevert(tooMany);
        new EvidenceAnchor(consortium, 4);
        vm.expectRevert(none);
        new EvidenceAnchor(consortium, 0);
    }

    function test_Rejects_a_member_twice_or_out_of_order_and_the_zero_address() public {
        bytes4 error = Consortium.InvalidMember.selector;
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
        refused(0, changing(many, 2), abi.encodeWithSelector(Consortium.TooManyMembers.selector, 101));
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

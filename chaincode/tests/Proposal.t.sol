// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Proposals} from "../src/Proposals.sol";
import {DecidingConsortium} from "./DecidingConsortium.sol";
import {Vm, vm} from "./Vm.sol";

contract ProposalTest is DecidingConsortium {
    function test_Keeps_what_was_proposed_and_who_approved() public {
        vm.roll(100);
        vm.recordLogs();
        approve(1, registering());
        Vm.Log[] memory events = vm.getRecordedLogs();
        vm.assertEq(events.length, 2);
        vm.assertEq(events[0].topics[0], Proposals.Proposed.selector);
        vm.assertEq(events[0].data, abi.encode(registering()));
        vm.assertEq(events[1].topics[0], Proposals.Approved.selector);
        bytes32 id = events[0].topics[1];
        Proposals.Proposal memory found = ledger.proposal(id);
        vm.assertEq(id, idOf(1, 0, registering()));
        vm.assertEq(found.content, registering());
        vm.assertEq(found.logId, LOG);
        vm.assertEq(found.approvers[0], consortium[1]);
        vm.assertEq(found.blockNumber, 100);
        vm.assertTrue(found.state == Proposals.ProposalState.Open);

        vm.roll(101);
        approve(0, registering());
        found = ledger.proposal(id);
        vm.assertTrue(found.state == Proposals.ProposalState.Executed);
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
        refused(1, withdrawal, abi.encodeWithSelector(Proposals.NotApproved.selector, id, consortium[1]));
        approve(0, withdrawal);
        refused(0, withdrawal, abi.encodeWithSelector(Proposals.NotApproved.selector, id, consortium[0]));
    }

    function test_Rejects_the_withdrawal_of_what_is_in_force_or_was_superseded_or_never_was() public {
        decide(registering());
        bytes32 id = idOf(1, 0, registering());
        refused(0, abi.encodeCall(ledger.withdraw, (id)), abi.encodeWithSelector(Proposals.NotOpen.selector, id));

        approve(0, rotating(STRANGER));
        decide(rotating(OTHER));
        id = idOf(1, 1, rotating(STRANGER));
        refused(0, abi.encodeCall(ledger.withdraw, (id)), abi.encodeWithSelector(Proposals.NotOpen.selector, id));
        refused(0, abi.encodeCall(ledger.withdraw, (NEXT)), abi.encodeWithSelector(Proposals.NotOpen.selector, NEXT));
    }

    function test_Pages_through_the_proposals() public {
        for (uint256 i = 1; i <= 4; ++i) {
            approve(0, registering(bytes32(i), OPERATOR, ORIGIN));
        }
        Proposals.Proposal[] memory page = ledger.proposals(1, 2);
        vm.assertEq(page.length, 2);
        vm.assertEq(page[0].logId, bytes32(uint256(2)));
        vm.assertEq(ledger.proposals(3, 100).length, 1);
        vm.assertEq(ledger.proposals(4, 100).length, 0);
        vm.assertEq(ledger.proposal(NEXT).id, bytes32(0));
    }
}

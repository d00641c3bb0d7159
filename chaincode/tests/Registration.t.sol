// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Consortium} from "../src/Consortium.sol";
import {LogRegistry} from "../src/LogRegistry.sol";
import {Proposals} from "../src/Proposals.sol";
import {DecidingConsortium} from "./DecidingConsortium.sol";
import {vm} from "./Vm.sol";

contract RegistrationTest is DecidingConsortium {
    function test_Registers_a_log_when_the_threshold_is_reached() public {
        approve(0, registering());
        vm.assertEq(ledger.logInfo(LOG).operator, address(0));
        vm.assertEq(ledger.logCount(), 0);
        approve(2, registering());
        LogRegistry.LogInfo memory info = ledger.logInfo(LOG);
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
        refused(0, registering(), abi.encodeWithSelector(Proposals.AlreadyApproved.selector, id, consortium[0]));
    }

    function test_Rejects_what_a_stranger_would_decide() public {
        decide(registering());
        bytes memory refusal = abi.encodeWithSelector(Consortium.NotMember.selector, STRANGER);
        refusedTo(STRANGER, registering(NEXT, STRANGER, ORIGIN), refusal);
        refusedTo(STRANGER, rotating(STRANGER), refusal);
        refusedTo(STRANGER, closingAt(0), refusal);
        refusedTo(STRANGER, changing(addresses(STRANGER, address(0xBAE)), 1), refusal);
    }

    function test_Rejects_a_second_registration() public {
        decide(registering());
        refused(2, registering(LOG, STRANGER, ORIGIN), abi.encodeWithSelector(LogRegistry.LogAlreadyRegistered.selector, LOG));
    }

    function test_Rejects_a_log_without_operator_or_name_or_id() public {
        string memory long = string(new bytes(256));
        bytes4 error = LogRegistry.InvalidLog.selector;
        refused(0, registering(LOG, address(0), ORIGIN), abi.encodeWithSelector(error, LOG, address(0), ORIGIN));
        refused(0, registering(LOG, OPERATOR, ""), abi.encodeWithSelector(error, LOG, OPERATOR, ""));
        refused(0, registering(LOG, OPERATOR, long), abi.encodeWithSelector(error, LOG, OPERATOR, long));
        refused(0, registering(0, OPERATOR, ORIGIN), abi.encodeWithSelector(error, bytes32(0), OPERATOR, ORIGIN));
    }

    function test_Pages_through_the_logs() public {
        for (uint256 i = 1; i <= 5; ++i) {
            decide(registering(bytes32(i), OPERATOR, ORIGIN));
        }
        LogRegistry.LogInfo[] memory page = ledger.logs(1, 3);
        vm.assertEq(page.length, 3);
        vm.assertEq(page[0].logId, bytes32(uint256(2)));
        vm.assertEq(page[2].logId, bytes32(uint256(4)));
        vm.assertEq(ledger.logs(4, type(uint256).max).length, 1);
        vm.assertEq(ledger.logs(5, 1).length, 0);
        vm.assertEq(ledger.operatedLogs(OPERATOR), 5);
    }
}

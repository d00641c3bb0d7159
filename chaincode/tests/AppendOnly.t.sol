// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EvidenceAnchor} from "../src/EvidenceAnchor.sol";
import {LogRegistry} from "../src/LogRegistry.sol";
import {Proposals} from "../src/Proposals.sol";
import {Tree} from "./Tree.sol";
import {vm} from "./Vm.sol";

/// @notice Does anything that anyone could do to a few logs and to the consortium, in any order, and notes what the contract took.
contract Anyone {
    uint256 public constant LOGS = 12;
    uint256 public constant ACTORS = 6;
    uint256 private constant LEAVES = 48;
    uint256 private constant FORKED_FROM = 4;

    struct End {
        uint256 anchors;
        bytes32 successor;
    }

    EvidenceAnchor public immutable ledger;
    bytes32[] private truth = Tree.leaves(LEAVES, 0, 0);
    bytes32[] private fork = Tree.leaves(LEAVES, 1, FORKED_FROM);
    bytes32[] private truthRoots;
    bytes32[] private forkRoots;
    mapping(bytes32 logId => bytes32[]) private taken;
    mapping(bytes32 logId => End) private ends;

    // What was reached: a run that stays in shallow states would prove nothing.
    uint256 public anchorsTaken;
    uint256 public anchorsAfterRotation;
    uint256 public anchorsOfSuccessors;
    uint256 public forksRefused;
    uint256 public rotations;
    uint256 public closings;
    uint256 public closedRefusals;
    uint256 public consortiums;
    uint256 public attestations;

    /// @notice Set when a decision came into force without enough of the members.
    bool public outvoted;

    constructor(EvidenceAnchor ledger_) {
        ledger = ledger_;
        for (uint256 size = 0; size <= LEAVES; ++size) {
            truthRoots.push(Tree.root(truth, size));
            forkRoots.push(Tree.root(fork, size));
        }
    }

    // ---- anyone, anything, once

    /// @dev Someone makes a call that only members may make.
    function approve(uint256 what, uint256 log, uint256 who, uint256 successor, uint256 operator, uint256 seats, uint256 threshold)
        external
    {
        what = what % 4;
        govern(actor(who), what == 3 ? bytes32(0) : logId(log), call(what, log, successor, operator, seats, threshold));
    }

    function withdraw(uint256 who, bool own) external {
        for (uint256 i = ledger.proposalCount(); i > 0; --i) {
            Proposals.Proposal memory found = ledger.proposals(i - 1, 1)[0];
            if (found.state != Proposals.ProposalState.Open || found.approvers.length == 0) continue;
            vm.prank(own ? found.approvers[0] : actor(who));
            ledger.withdraw(found.id);
            return;
        }
    }

    /// @dev An anchor of the true log or of its fork, with an honest proof from the newest anchored size, by someone.
    function anchor(uint256 log, uint256 who, uint64 size, bool forked) external {
        size = uint64(size % (LEAVES + 1));
        uint64 from = ledger.latest(logId(log)).size;
        bytes32[] memory none = new bytes32[](0);
        bytes32[] memory list = forked ? fork : truth;
        submit(actor(who), logId(log), size, rootOf(forked, size), from == 0 || size <= from ? none : Tree.consistency(list, from, size));
    }

    /// @dev Anything at all.
    function anchorRandomly(uint256 log, uint256 who, uint64 size, bytes32 root, bytes32[] calldata proof) external {
        if (ledger.anchorCount(logId(log)) == 0) return; // a first anchor may have any root
        submit(actor(who), logId(log), size, root, proof);
    }

    function attest(uint256 log, uint256 who, uint256 index) external {
        uint256 count = ledger.anchorCount(logId(log));
        if (count == 0) return;
        LogRegistry.Anchor memory anchored = ledger.anchors(logId(log), index % count, 1)[0];
        vm.prank(actor(who));
        ledger.attest(logId(log), anchored.size, anchored.root);
        ++attestations;
    }

    // ---- what it takes to get deep

    /// @dev What the right operator would send.
    function grow(uint256 log, uint64 by, bool forked) external {
        bytes32 id = logId(by % 2 == 0 ? log : openLog(log));
        LogRegistry.LogInfo memory info = ledger.logInfo(id);
        uint64 from = ledger.latest(id).size;
        uint64 size = from + 1 + by % 6;
        if (info.operator == address(0) || size > LEAVES) return;
        bytes32[] memory list = forked ? fork : truth;
        bytes32[] memory proof = from == 0 ? new bytes32[](0) : Tree.consistency(list, from, size);
        vm.prank(info.operator);
        try ledger.anchor(id, size, rootOf(forked, size), proof) {
            note(id, size, rootOf(forked, size));
        } catch {
            if (info.closed) ++closedRefusals;
            else ++forksRefused;
        }
    }

    /// @dev As many members as it takes make the same call about a log.
    function decide(uint256 what, uint256 log, uint256 successor, uint256 operator) external {
        what = what % 4 == 3 ? 1 : what % 4;
        if (what != 0) log = openLog(log);
        decideAll(logId(log), successor, call(what, log, unregistered(successor), operator, 0, 0));
    }

    /// @dev As many members as it takes decide who the members are.
    function seat(uint256 first, uint256 seats, uint256 threshold) external {
        decideAll(0, first, changing(seats, threshold));
    }

    // ---- what it knows

    function takenOf(bytes32 id) external view returns (bytes32[] memory) {
        return taken[id];
    }

    function endOf(bytes32 id) external view returns (End memory) {
        return ends[id];
    }

    function rootOf(bool forked, uint64 size) public view returns (bytes32) {
        return size > LEAVES ? bytes32(0) : forked ? forkRoots[size] : truthRoots[size];
    }

    function logId(uint256 log) public pure returns (bytes32) {
        return keccak256(abi.encode(log % LOGS));
    }

    function actor(uint256 who) public pure returns (address) {
        return address(uint160(0xA000 + who % ACTORS));
    }

    // ----

    function decideAll(bytes32 log, uint256 first, bytes memory content) private {
        address[] memory members = ledger.members();
        uint256 needed = ledger.threshold();
        for (uint256 i = 0; i < needed; ++i) {
            govern(members[(first % members.length + i) % members.length], log, content);
        }
    }

    function call(uint256 what, uint256 log, uint256 successor, uint256 operator, uint256 seats, uint256 threshold)
        private
        view
        returns (bytes memory)
    {
        if (what == 0) return abi.encodeCall(ledger.registerLog, (logId(log), actor(operator), "origin"));
        if (what == 1) return abi.encodeCall(ledger.rotateOperator, (logId(log), actor(operator)));
        if (what == 3) return changing(seats, threshold);
        LogRegistry.Anchor memory last = ledger.latest(logId(log));
        return abi.encodeCall(ledger.closeLog, (logId(log), last.size, last.root, logId(successor), actor(operator), "origin"));
    }

    /// @dev Each bit of `seats` is an actor; there are always at least two members, so that one alone never decides for ever.
    function changing(uint256 seats, uint256 threshold) private view returns (bytes memory) {
        address[] memory list = new address[](ACTORS);
        uint256 count = 0;
        for (uint256 i = 0; i < ACTORS; ++i) {
            if (i < 2 || (seats >> i) & 1 == 1) list[count++] = actor(i);
        }
        assembly {
            mstore(list, count)
        }
        return abi.encodeCall(ledger.changeConsortium, (list, 1 + threshold % count));
    }

    /// @dev Makes the call, and judges what it put in force by the consortium that there was before.
    function govern(address member, bytes32 log, bytes memory content) private {
        (uint64 epoch, uint256 threshold, address[] memory members) = (ledger.epoch(), ledger.threshold(), ledger.members());
        bytes32 id = keccak256(abi.encode(epoch, ledger.logInfo(log).revision, content));
        vm.prank(member);
        (bool done,) = address(ledger).call(content);
        if (!done) return;
        Proposals.Proposal memory found = ledger.proposal(id);
        if (found.state != Proposals.ProposalState.Executed) return;
        outvoted = outvoted || found.approvers.length < threshold || !areDistinctMembers(found.approvers, members);
        noteDecision(log, content);
    }

    function openLog(uint256 log) private view returns (uint256) {
        for (uint256 i = 0; i < LOGS; ++i) {
            LogRegistry.LogInfo memory info = ledger.logInfo(logId(log % LOGS + i));
            if (info.operator != address(0) && !info.closed) return log % LOGS + i;
        }
        return log;
    }

    function unregistered(uint256 log) private view returns (uint256) {
        for (uint256 i = 0; i < LOGS; ++i) {
            if (ledger.logInfo(logId(log % LOGS + i)).operator == address(0)) return log % LOGS + i;
        }
        return log;
    }

    function areDistinctMembers(address[] memory approvers, address[] memory members) private pure returns (bool) {
        for (uint256 i = 0; i < approvers.length; ++i) {
            if (!contains(members, members.length, approvers[i]) || contains(approvers, i, approvers[i])) return false;
        }
        return true;
    }

    function contains(address[] memory list, uint256 count, address wanted) private pure returns (bool) {
        for (uint256 i = 0; i < count; ++i) {
            if (list[i] == wanted) return true;
        }
        return false;
    }

    function noteDecision(bytes32 log, bytes memory content) private {
        bytes4 selector = bytes4(content);
        if (selector == ledger.rotateOperator.selector) ++rotations;
        if (selector == ledger.changeConsortium.selector) ++consortiums;
        if (selector == ledger.closeLog.selector) {
            ++closings;
            ends[log] = End(ledger.anchorCount(log), ledger.logInfo(log).successor);
        }
    }

    function submit(address from, bytes32 id, uint64 size, bytes32 root, bytes32[] memory proof) private {
        vm.prank(from);
        ledger.anchor(id, size, root, proof);
        note(id, size, root);
    }

    function note(bytes32 id, uint64 size, bytes32 root) private {
        taken[id].push(keccak256(abi.encode(size, root)));
        LogRegistry.LogInfo memory info = ledger.logInfo(id);
        ++anchorsTaken;
        if (info.revision > 1) ++anchorsAfterRotation;
        if (info.predecessor != 0) ++anchorsOfSuccessors;
    }
}

contract AppendOnlyTest {
    EvidenceAnchor private ledger;
    Anyone private anyone;

    function setUp() public {
        address[] memory members = new address[](3);
        for (uint160 i = 0; i < 3; ++i) {
            members[i] = address(0xA000 + i);
        }
        ledger = new EvidenceAnchor(members, 2);
        anyone = new Anyone(ledger);
        // Half of the logs are registered from the start, so that no run is idle; the others depend on what is decided.
        for (uint256 log = 0; log < 4; ++log) {
            anyone.decide(0, log, 0, log);
        }
    }

    function targetContracts() public view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(anyone);
    }

    /// @notice A run that stays in shallow states proves nothing: each must have been where histories could be broken.
    function afterInvariant() public view {
        vm.assertTrue(anyone.anchorsTaken() >= 10, "few anchors");
        vm.assertTrue(anyone.anchorsAfterRotation() > 0, "no anchor after a rotation");
        vm.assertTrue(anyone.anchorsOfSuccessors() > 0, "no anchor of a successor");
        vm.assertTrue(anyone.forksRefused() > 0, "no fork was tried");
        vm.assertTrue(anyone.closedRefusals() > 0, "no closed log was tried");
        vm.assertTrue(anyone.rotations() > 1 && anyone.closings() > 0 && anyone.consortiums() > 1, "few decisions");
        vm.assertTrue(anyone.attestations() > 1, "few attestations");
    }

    /// @notice All that was ever taken is still there, in its order, and nothing else.
    function invariant_Keeps_all_that_was_anchored() public view {
        for (uint256 log = 0; log < anyone.LOGS(); ++log) {
            bytes32[] memory taken = anyone.takenOf(anyone.logId(log));
            LogRegistry.Anchor[] memory anchors = ledger.anchors(anyone.logId(log), 0, 1000);
            vm.assertEq(anchors.length, taken.length);
            for (uint256 i = 0; i < taken.length; ++i) {
                vm.assertEq(keccak256(abi.encode(anchors[i].size, anchors[i].root)), taken[i]);
            }
        }
    }

    /// @notice Sizes strictly increase, and all anchors of a log are of one history.
    function invariant_Holds_one_growing_history() public view {
        for (uint256 log = 0; log < anyone.LOGS(); ++log) {
            LogRegistry.Anchor[] memory anchors = ledger.anchors(anyone.logId(log), 0, 1000);
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

    /// @notice A log that was closed stays closed with the anchors that it had, and its successor names it and its end.
    function invariant_A_closed_log_has_ended() public view {
        for (uint256 log = 0; log < anyone.LOGS(); ++log) {
            bytes32 id = anyone.logId(log);
            Anyone.End memory end = anyone.endOf(id);
            LogRegistry.LogInfo memory info = ledger.logInfo(id);
            vm.assertTrue(info.closed == (end.successor != 0), "closed without a decision, or opened again");
            if (!info.closed) continue;
            LogRegistry.LogInfo memory next = ledger.logInfo(end.successor);
            vm.assertEq(info.successor, end.successor);
            vm.assertEq(info.anchorCount, end.anchors);
            vm.assertEq(next.predecessor, id);
            vm.assertEq(next.predecessorSize, ledger.latest(id).size);
            vm.assertEq(next.predecessorRoot, ledger.latest(id).root);
        }
    }

    /// @notice Nothing came into force but by enough distinct accounts that were members when it did.
    function invariant_Only_enough_members_decide() public view {
        vm.assertFalse(anyone.outvoted());
        address[] memory members = ledger.members();
        vm.assertTrue(ledger.threshold() > 0 && ledger.threshold() <= members.length);
        uint256 seated = 0;
        for (uint256 i = 0; i < anyone.ACTORS(); ++i) {
            if (ledger.isMember(anyone.actor(i))) ++seated;
        }
        vm.assertEq(seated, members.length);
    }

    /// @notice Who may attest as an operator is who operates an open log.
    function invariant_Counts_the_open_logs_of_each_operator() public view {
        uint256[] memory expected = new uint256[](anyone.ACTORS());
        LogRegistry.LogInfo[] memory logs = ledger.logs(0, 1000);
        for (uint256 i = 0; i < logs.length; ++i) {
            if (!logs[i].closed) ++expected[uint160(logs[i].operator) - 0xA000];
        }
        for (uint256 i = 0; i < expected.length; ++i) {
            vm.assertEq(ledger.operatedLogs(anyone.actor(i)), expected[i]);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Proposals} from "./Proposals.sol";

/// @title What the consortium decides
/// @dev Each is in force when `threshold` members have made the identical call.
abstract contract Decisions is Proposals {
    /// @notice Another account operates the log from now on.
    event OperatorRotated(bytes32 indexed logId, address indexed previous, address indexed operator);

    /// @notice A log is closed for ever at its last anchor; `successor` is registered and goes on after it.
    event LogClosed(bytes32 indexed logId, bytes32 indexed successor, uint64 size, bytes32 root);

    /// @notice The operator of a log can be replaced by another account only, and not by the zero address.
    error InvalidOperator(bytes32 logId, address operator);
    /// @notice A log can be closed at its last anchor only, which is this one.
    error NotLastAnchor(bytes32 logId, uint64 lastSize, bytes32 lastRoot);

    /// @notice Approves that `operator` anchors the log.
    /// @param logId SHA-256 of the log's verifier key in the text form of C2SP signed-note.
    /// @param operator The account that may anchor.
    /// @param origin The log's name, as it stands in the first line of its checkpoints.
    function registerLog(bytes32 logId, address operator, string calldata origin) external onlyMember {
        _checkNew(logId, operator, origin);
        if (_approve(logId, abi.encodeCall(this.registerLog, (logId, operator, origin)))) _register(logId, operator, origin);
    }

    /// @notice Approves that `operator` anchors the log from now on, and its present operator no longer.
    function rotateOperator(bytes32 logId, address operator) external onlyMember {
        Log storage log = _open(logId);
        address previous = log.operator;
        if (operator == address(0) || operator == previous) revert InvalidOperator(logId, operator);
        if (!_approve(logId, abi.encodeCall(this.rotateOperator, (logId, operator)))) return;

        log.operator = operator;
        ++log.revision;
        --operatedLogs[previous];
        ++operatedLogs[operator];
        emit OperatorRotated(logId, previous, operator);
    }

    /// @notice Approves that the log is closed for ever at its last anchor, and that a successor goes on after it.
    /// @dev An operator that keeps anchoring could outrun the approvals: then the consortium rotates the operator first.
    /// @param size Size of the last anchor; 0 when the log was never anchored.
    /// @param root Root of the last anchor; 0 when the log was never anchored.
    /// @param successor Id of the log that is registered in the same act; it may not be registered yet.
    /// @param operator The account that may anchor the successor.
    /// @param origin The successor's name.
    function closeLog(bytes32 logId, uint64 size, bytes32 root, bytes32 successor, address operator, string calldata origin)
        external
        onlyMember
    {
        _checkLast(logId, size, root);
        _checkNew(successor, operator, origin);
        if (!_approve(logId, abi.encodeCall(this.closeLog, (logId, size, root, successor, operator, origin)))) return;

        Log storage log = _logs[logId];
        log.closed = true;
        log.successor = successor;
        ++log.revision;
        --operatedLogs[log.operator];
        _logs[successor].predecessor = logId;
        emit LogClosed(logId, successor, size, root);
        _register(successor, operator, origin);
    }

    /// @notice Approves that the consortium has exactly these members and this threshold from now on.
    /// @dev Makes a new epoch: no approval that was given before counts any more, so none of a member who left ever does.
    /// @param members_ Distinct accounts in ascending order.
    function changeConsortium(address[] calldata members_, uint256 threshold_) external onlyMember {
        _checkConsortium(members_, threshold_);
        if (_approve(0, abi.encodeCall(this.changeConsortium, (members_, threshold_)))) _setConsortium(members_, threshold_);
    }

    function _checkLast(bytes32 logId, uint64 size, bytes32 root) private view {
        _open(logId);
        Anchor memory last = latest(logId);
        if (last.size != size || last.root != root) revert NotLastAnchor(logId, last.size, last.root);
    }
}

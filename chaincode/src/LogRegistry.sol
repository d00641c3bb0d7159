// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Paged} from "./Paged.sol";

/// @title The registered logs and their anchors
/// @dev What is registered and how it changes is decided elsewhere; here is what is kept. Nothing here removes.
abstract contract LogRegistry is Paged {
    /// @notice One anchor of a log.
    struct Anchor {
        uint64 size; // number of leaves
        uint64 blockNumber;
        uint64 time; // timestamp of the block, in seconds
        bytes32 root; // root of the tree of `size` leaves
    }

    /// @notice What is registered of a log; all zero and empty for a log that is not registered.
    struct LogInfo {
        bytes32 logId;
        address operator; // the account that may anchor
        uint64 revision; // how often the consortium decided on the log: 1 when it was registered
        bool closed; // no anchor is taken any more, ever
        uint256 anchorCount;
        bytes32 successor; // the log that goes on after this one; zero while it is open
        bytes32 predecessor; // the closed log that this one goes on after; zero when there is none
        uint64 predecessorSize; // the last anchor of the predecessor
        bytes32 predecessorRoot;
        string origin; // the log's name, as it stands in the first line of its checkpoints
    }

    struct Log {
        address operator; // the zero address: not registered
        uint64 revision;
        bool closed;
        bytes32 successor;
        bytes32 predecessor;
        string origin;
        Anchor[] anchors; // sizes strictly increase
    }

    /// @notice Longest name of a log in bytes.
    uint256 public constant MAX_ORIGIN_LENGTH = 255;

    /// @notice How many open logs an account operates: such a node holds replicas of the others' logs.
    mapping(address account => uint256) public operatedLogs;

    bytes32[] private _logIds;
    mapping(bytes32 logId => Log) internal _logs;

    /// @notice A log is registered: its operator may anchor from now on.
    event LogRegistered(bytes32 indexed logId, address indexed operator, string origin);

    /// @notice A log needs an operator that is not the zero address, an id that is not zero, and a name of 1 to 255 bytes.
    error InvalidLog(bytes32 logId, address operator, string origin);
    /// @notice The log is registered, and its registration stands.
    error LogAlreadyRegistered(bytes32 logId);
    /// @notice The log is closed for ever.
    error LogIsClosed(bytes32 logId, bytes32 successor);
    /// @notice No such log is registered.
    error UnknownLog(bytes32 logId);
    /// @notice The log has no anchor of this size and root.
    error NotAnchored(bytes32 logId, uint64 size);

    /// @notice How many logs are registered, closed ones included.
    function logCount() external view returns (uint256) {
        return _logIds.length;
    }

    /// @notice The logs in the order of registration: at most `count`, and at most `MAX_PAGE`, from index `from`.
    function logs(uint256 from, uint256 count) external view returns (LogInfo[] memory page) {
        page = new LogInfo[](_pageSize(_logIds.length, from, count));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = logInfo(_logIds[from + i]);
        }
    }

    /// @notice What is registered of a log; all zero and empty, but for the id, for a log that is not registered.
    function logInfo(bytes32 logId) public view returns (LogInfo memory info) {
        Log storage log = _logs[logId];
        info.logId = logId;
        info.operator = log.operator;
        info.revision = log.revision;
        info.closed = log.closed;
        info.anchorCount = log.anchors.length;
        info.successor = log.successor;
        info.origin = log.origin;
        if (log.predecessor == 0) return info;
        Anchor memory last = latest(log.predecessor); // it is closed: this is its last for ever
        info.predecessor = log.predecessor;
        info.predecessorSize = last.size;
        info.predecessorRoot = last.root;
    }

    /// @notice How many anchors a log has; 0 for a log that is not registered.
    function anchorCount(bytes32 logId) external view returns (uint256) {
        return _logs[logId].anchors.length;
    }

    /// @notice The newest anchor of a log; all zero when it has none.
    function latest(bytes32 logId) public view returns (Anchor memory newest) {
        Anchor[] storage list = _logs[logId].anchors;
        if (list.length != 0) newest = list[list.length - 1];
    }

    /// @notice The anchors of a log in the order of anchoring: at most `count`, and at most `MAX_PAGE`, from index `from`.
    function anchors(bytes32 logId, uint256 from, uint256 count) external view returns (Anchor[] memory page) {
        Anchor[] storage list = _logs[logId].anchors;
        page = new Anchor[](_pageSize(list.length, from, count));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = list[from + i];
        }
    }

    function _register(bytes32 logId, address operator, string calldata origin) internal {
        Log storage log = _logs[logId];
        log.operator = operator;
        log.revision = 1;
        log.origin = origin;
        _logIds.push(logId);
        ++operatedLogs[operator];
        emit LogRegistered(logId, operator, origin);
    }

    function _checkNew(bytes32 logId, address operator, string calldata origin) internal view {
        if (logId == 0 || operator == address(0) || bytes(origin).length == 0 || bytes(origin).length > MAX_ORIGIN_LENGTH) {
            revert InvalidLog(logId, operator, origin);
        }
        if (_logs[logId].operator != address(0)) revert LogAlreadyRegistered(logId);
    }

    function _registered(bytes32 logId) internal view returns (Log storage log) {
        log = _logs[logId];
        if (log.operator == address(0)) revert UnknownLog(logId);
    }

    function _open(bytes32 logId) internal view returns (Log storage log) {
        log = _registered(logId);
        if (log.closed) revert LogIsClosed(logId, log.successor);
    }

    /// @dev Sizes strictly increase, so the anchor of a size is found by halving.
    function _rootAt(Log storage log, bytes32 logId, uint64 size) internal view returns (bytes32) {
        uint256 low = 0;
        uint256 high = log.anchors.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (log.anchors[middle].size < size) low = middle + 1;
            else high = middle;
        }
        if (low == log.anchors.length || log.anchors[low].size != size) revert NotAnchored(logId, size);
        return log.anchors[low].root;
    }
}

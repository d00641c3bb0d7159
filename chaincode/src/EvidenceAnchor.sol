// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Rfc9162} from "./Rfc9162.sol";

/// @title Anchors of append-only logs
/// @notice Keeps, for every registered log, the sequence of (size, root) that its operator anchored. A new anchor is taken only with
/// a proof (RFC 9162, section 2.1.4) that the log still begins with all that was anchored before: a rewritten history is refused by
/// the chain itself. Nothing that was anchored can be changed or taken back, by anyone: the contract has no owner, no upgrade, no
/// pause, and no function that removes.
contract EvidenceAnchor {
    /// @notice One anchor of a log.
    struct Anchor {
        uint64 size; // number of leaves
        uint64 blockNumber;
        uint64 time; // timestamp of the block, in seconds
        bytes32 root; // root of the tree of `size` leaves
    }

    struct Log {
        address operator; // the zero address: not registered
        string origin;
        Anchor[] anchors; // sizes strictly increase
    }

    /// @notice Longest name of a log in bytes.
    uint256 public constant MAX_ORIGIN_LENGTH = 255;

    /// @notice Most anchors that one call of `anchors` returns.
    uint256 public constant MAX_PAGE = 1000;

    /// @notice How many members must approve a registration.
    uint256 public threshold;

    /// @notice Whether an account is a member of the consortium.
    mapping(address account => bool) public isMember;

    /// @notice Whether an account operates a registered log: such a node holds replicas of the others' logs.
    mapping(address account => bool) public isOperator;

    /// @notice Size of the newest anchor of a log that a replica has attested; 0 when none.
    mapping(bytes32 logId => mapping(address replica => uint64 size)) public attestedSize;

    /// @notice Whether a member has approved a proposal, by the proposal's id.
    mapping(bytes32 proposal => mapping(address member => bool)) public hasApproved;

    /// @notice How many members have approved a proposal, by the proposal's id.
    mapping(bytes32 proposal => uint256) public approvals;

    address[] private _members;
    mapping(bytes32 logId => Log) private _logs;

    /// @notice A log was anchored: its tree of `size` leaves has this root, and extends the tree of `previousSize` leaves.
    event Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root, uint64 previousSize);

    /// @notice A replica states that it holds a verified copy of a log up to an anchor.
    event Attested(bytes32 indexed logId, uint64 indexed size, address indexed replica, bytes32 root);

    /// @notice A member approved the registration of a log.
    event LogApproved(bytes32 indexed logId, address indexed member, address operator, string origin, uint256 approvals);

    /// @notice A log is registered: its operator may anchor from now on.
    event LogRegistered(bytes32 indexed logId, address indexed operator, string origin);

    /// @notice The list of members is empty, or names the zero address or an address twice.
    error InvalidMember(address member);
    /// @notice The threshold is not from 1 to the number of members.
    error InvalidThreshold(uint256 threshold, uint256 members);
    /// @notice Only a member of the consortium may do this.
    error NotMember(address caller);
    /// @notice A log needs an operator that is not the zero address, an id that is not zero, and a name of 1 to 255 bytes.
    error InvalidLog(bytes32 logId, address operator, string origin);
    /// @notice The log is registered, and its registration stands.
    error LogAlreadyRegistered(bytes32 logId);
    /// @notice The member has approved this very proposal before.
    error AlreadyApproved(bytes32 logId, address member);
    /// @notice No such log is registered.
    error UnknownLog(bytes32 logId);
    /// @notice Only the operator of the log may anchor it.
    error NotOperator(bytes32 logId, address caller);
    /// @notice A log only grows: an anchor must be larger than the newest one.
    error SizeNotGreater(uint64 anchoredSize, uint64 size);
    /// @notice The first anchor of a log has nothing to be consistent with, and so no proof.
    error UnexpectedProof(uint256 length);
    /// @notice The proof does not show that the new tree begins with the anchored one.
    error InconsistentHistory(uint64 anchoredSize, bytes32 anchoredRoot, uint64 size, bytes32 root);
    /// @notice The log has no anchor of this size and root.
    error NotAnchored(bytes32 logId, uint64 size);
    /// @notice Only a member, or the operator of a registered log, may attest.
    error NotReplica(address caller);
    /// @notice The replica has attested this anchor, or a newer one, before.
    error AlreadyAttested(uint64 attestedSize, uint64 size);

    modifier onlyMember() {
        if (!isMember[msg.sender]) revert NotMember(msg.sender);
        _;
    }

    /// @param members_ The consortium: each a distinct account.
    /// @param threshold_ How many of them must approve a registration.
    constructor(address[] memory members_, uint256 threshold_) {
        if (threshold_ == 0 || threshold_ > members_.length) revert InvalidThreshold(threshold_, members_.length);
        for (uint256 i = 0; i < members_.length; ++i) {
            address member = members_[i];
            if (member == address(0) || isMember[member]) revert InvalidMember(member);
            isMember[member] = true;
        }
        _members = members_;
        threshold = threshold_;
    }

    /// @notice Approves that `operator` anchors the log. In force when `threshold` members have approved the identical proposal.
    /// @param logId SHA-256 of the log's verifier key in the text form of C2SP signed-note.
    /// @param operator The account that may anchor.
    /// @param origin The log's name, as it stands in the first line of its checkpoints.
    function registerLog(bytes32 logId, address operator, string calldata origin) external onlyMember {
        if (logId == 0 || operator == address(0) || bytes(origin).length == 0 || bytes(origin).length > MAX_ORIGIN_LENGTH) {
            revert InvalidLog(logId, operator, origin);
        }
        Log storage log = _logs[logId];
        if (log.operator != address(0)) revert LogAlreadyRegistered(logId);

        uint256 count = _approve(registrationId(logId, operator, origin), logId);
        emit LogApproved(logId, msg.sender, operator, origin, count);
        if (count < threshold) return;

        log.operator = operator;
        log.origin = origin;
        isOperator[operator] = true;
        emit LogRegistered(logId, operator, origin);
    }

    /// @notice Anchors the tree of `size` leaves.
    /// @param proof Consistency proof from the newest anchor (RFC 9162, section 2.1.4.1); empty for the first anchor.
    function anchor(bytes32 logId, uint64 size, bytes32 root, bytes32[] calldata proof) external {
        Log storage log = _registered(logId);
        if (msg.sender != log.operator) revert NotOperator(logId, msg.sender);

        uint64 anchoredSize = 0;
        uint256 count = log.anchors.length;
        if (count == 0) {
            if (size == 0) revert SizeNotGreater(0, 0);
            if (proof.length != 0) revert UnexpectedProof(proof.length);
        } else {
            Anchor storage last = log.anchors[count - 1];
            anchoredSize = last.size;
            bytes32 anchoredRoot = last.root;
            if (size <= anchoredSize) revert SizeNotGreater(anchoredSize, size);
            if (!Rfc9162.isConsistent(anchoredSize, anchoredRoot, size, root, proof)) {
                revert InconsistentHistory(anchoredSize, anchoredRoot, size, root);
            }
        }

        log.anchors.push(Anchor(size, uint64(block.number), uint64(block.timestamp), root));
        emit Anchored(logId, size, root, anchoredSize);
    }

    /// @notice States that the caller holds a verified copy of the log up to an anchor.
    /// @dev Each attestation of a replica is for a newer anchor than its last.
    function attest(bytes32 logId, uint64 size, bytes32 root) external {
        if (!isMember[msg.sender] && !isOperator[msg.sender]) revert NotReplica(msg.sender);
        if (_rootAt(_registered(logId), logId, size) != root) revert NotAnchored(logId, size);
        uint64 before = attestedSize[logId][msg.sender];
        if (size <= before) revert AlreadyAttested(before, size);
        attestedSize[logId][msg.sender] = size;
        emit Attested(logId, size, msg.sender, root);
    }

    /// @notice Verifies an inclusion proof (RFC 9162, section 2.1.3.2) against the anchor of exactly `size` leaves.
    /// @param leafHash SHA-256(0x00 || entry).
    /// @return Whether the leaf at `leafIndex` of the anchored tree has this hash.
    function verifyInclusion(bytes32 logId, uint64 size, bytes32 leafHash, uint64 leafIndex, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return Rfc9162.isIncluded(leafHash, leafIndex, size, _rootAt(_registered(logId), logId, size), proof);
    }

    /// @notice The members of the consortium.
    function members() external view returns (address[] memory) {
        return _members;
    }

    /// @notice The registration of a log; all zero and empty for a log that is not registered.
    function logInfo(bytes32 logId) external view returns (address operator, string memory origin, uint256 count) {
        Log storage log = _logs[logId];
        return (log.operator, log.origin, log.anchors.length);
    }

    /// @notice How many anchors a log has; 0 for a log that is not registered.
    function anchorCount(bytes32 logId) external view returns (uint256) {
        return _logs[logId].anchors.length;
    }

    /// @notice The newest anchor of a log; all zero when it has none.
    function latest(bytes32 logId) external view returns (Anchor memory newest) {
        Anchor[] storage list = _logs[logId].anchors;
        if (list.length != 0) newest = list[list.length - 1];
    }

    /// @notice The anchors of a log in the order of anchoring: at most `count`, and at most `MAX_PAGE`, from index `from`.
    function anchors(bytes32 logId, uint256 from, uint256 count) external view returns (Anchor[] memory page) {
        Anchor[] storage list = _logs[logId].anchors;
        if (from >= list.length) return page;
        if (count > MAX_PAGE) count = MAX_PAGE;
        if (count > list.length - from) count = list.length - from;
        page = new Anchor[](count);
        for (uint256 i = 0; i < count; ++i) {
            page[i] = list[from + i];
        }
    }

    /// @notice The id of the proposal that `operator` anchors the log: the key of `approvals` and `hasApproved`.
    function registrationId(bytes32 logId, address operator, string calldata origin) public pure returns (bytes32) {
        return keccak256(abi.encode("registerLog", logId, operator, origin));
    }

    function _approve(bytes32 proposal, bytes32 logId) private returns (uint256 count) {
        if (hasApproved[proposal][msg.sender]) revert AlreadyApproved(logId, msg.sender);
        hasApproved[proposal][msg.sender] = true;
        count = ++approvals[proposal];
    }

    function _registered(bytes32 logId) private view returns (Log storage log) {
        log = _logs[logId];
        if (log.operator == address(0)) revert UnknownLog(logId);
    }

    /// @dev Sizes strictly increase, so the anchor of a size is found by halving.
    function _rootAt(Log storage log, bytes32 logId, uint64 size) private view returns (bytes32) {
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

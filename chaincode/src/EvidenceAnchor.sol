// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Rfc9162} from "./Rfc9162.sol";

/// @title Anchors of append-only logs
/// @notice Keeps, for every registered log, the sequence of (size, root) that its operator anchored. A new anchor is taken only with
/// a proof (RFC 9162, section 2.1.4) that the log still begins with all that was anchored before: a rewritten history is refused by
/// the chain itself. Nothing that was anchored can be changed or taken back, by anyone: the contract has no owner, no upgrade, no
/// pause, and no function that removes.
/// @dev What the consortium decides (registering a log, another operator, the end of a log, its own members) is in force when
/// `threshold` members have made the identical call. Such a proposal is named by its content, by the epoch of the consortium and by the
/// revision of the log: an approval counts among the members that it was given among, and for the state that it was given for, only.
contract EvidenceAnchor {
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

    /// @notice The newest anchor of a log that a replica states to hold a verified copy of.
    struct Attestation {
        address replica;
        uint64 size;
        uint64 blockNumber;
        uint64 time; // timestamp of the block, in seconds
    }

    /// @notice Open: more approvals may put it in force. Superseded: the consortium, or the log, is no longer what it was made for.
    enum ProposalState {
        Open,
        Executed,
        Superseded
    }

    /// @notice What members have approved.
    struct Proposal {
        bytes32 id;
        ProposalState state;
        uint64 epoch; // of the consortium
        uint64 revision; // of the log
        uint64 blockNumber; // of the first approval
        uint64 executedBlock; // zero while it is not in force
        bytes32 logId; // zero for a change of the consortium
        address[] approvers;
        bytes content; // the call that each of them made: selector and arguments
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

    struct Held {
        uint64 size; // of the newest attested anchor
        uint64 blockNumber;
        uint64 time;
    }

    /// @notice Longest name of a log in bytes.
    uint256 public constant MAX_ORIGIN_LENGTH = 255;

    /// @notice Most members of the consortium, so that a change of them always fits into a block.
    uint256 public constant MAX_MEMBERS = 100;

    /// @notice Most items that one call of a paged view returns.
    uint256 public constant MAX_PAGE = 1000;

    /// @notice How many members must approve what the consortium decides.
    uint256 public threshold;

    /// @notice Number of the consortium, from 1; each change of its members or its threshold makes another one.
    uint64 public epoch;

    /// @notice Whether an account is a member of the consortium.
    mapping(address account => bool) public isMember;

    /// @notice How many open logs an account operates: such a node holds replicas of the others' logs.
    mapping(address account => uint256) public operatedLogs;

    address[] private _members;
    bytes32[] private _logIds;
    mapping(bytes32 logId => Log) private _logs;
    bytes32[] private _proposalIds;
    mapping(bytes32 id => Proposal) private _proposals;
    mapping(bytes32 logId => address[]) private _replicas;
    mapping(bytes32 logId => mapping(address replica => Held)) private _attested;

    /// @notice A log was anchored: its tree of `size` leaves has this root, and extends the tree of `previousSize` leaves.
    event Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root, uint64 previousSize);

    /// @notice A replica states that it holds a verified copy of a log up to an anchor.
    event Attested(bytes32 indexed logId, uint64 indexed size, address indexed replica, bytes32 root);

    /// @notice A member made a proposal. `content` is its call: selector and arguments; `logId` is zero for a change of the consortium.
    event Proposed(bytes32 indexed proposal, bytes32 indexed logId, address indexed member, bytes content);

    /// @notice A member approved a proposal; whoever proposes approves.
    event Approved(bytes32 indexed proposal, address indexed member, uint256 approvals);

    /// @notice A member took its approval back before the proposal was in force.
    event ApprovalWithdrawn(bytes32 indexed proposal, address indexed member, uint256 approvals);

    /// @notice A proposal is in force.
    event Executed(bytes32 indexed proposal);

    /// @notice A log is registered: its operator may anchor from now on.
    event LogRegistered(bytes32 indexed logId, address indexed operator, string origin);

    /// @notice Another account operates the log from now on.
    event OperatorRotated(bytes32 indexed logId, address indexed previous, address indexed operator);

    /// @notice A log is closed for ever at its last anchor; `successor` is registered and goes on after it.
    event LogClosed(bytes32 indexed logId, bytes32 indexed successor, uint64 size, bytes32 root);

    /// @notice The consortium is this from now on.
    event ConsortiumChanged(uint64 indexed epoch, address[] members, uint256 threshold);

    /// @notice The list of members names the zero address, an address twice, or is not in ascending order.
    error InvalidMember(address member);
    /// @notice The consortium would have more than `MAX_MEMBERS` members.
    error TooManyMembers(uint256 members);
    /// @notice The threshold is not from 1 to the number of members.
    error InvalidThreshold(uint256 threshold, uint256 members);
    /// @notice Only a member of the consortium may do this.
    error NotMember(address caller);
    /// @notice A log needs an operator that is not the zero address, an id that is not zero, and a name of 1 to 255 bytes.
    error InvalidLog(bytes32 logId, address operator, string origin);
    /// @notice The operator of a log can be replaced by another account only, and not by the zero address.
    error InvalidOperator(bytes32 logId, address operator);
    /// @notice The log is registered, and its registration stands.
    error LogAlreadyRegistered(bytes32 logId);
    /// @notice The log is closed for ever.
    error LogIsClosed(bytes32 logId, bytes32 successor);
    /// @notice A log can be closed at its last anchor only, which is this one.
    error NotLastAnchor(bytes32 logId, uint64 lastSize, bytes32 lastRoot);
    /// @notice The member has approved this very proposal before.
    error AlreadyApproved(bytes32 proposal, address member);
    /// @notice The member has not approved this proposal.
    error NotApproved(bytes32 proposal, address member);
    /// @notice There is no such proposal, or it is in force, or it was superseded.
    error NotOpen(bytes32 proposal);
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
    /// @notice Only a member, or the operator of an open log, may attest.
    error NotReplica(address caller);
    /// @notice The replica has attested this anchor, or a newer one, before.
    error AlreadyAttested(uint64 attestedSize, uint64 size);

    modifier onlyMember() {
        if (!isMember[msg.sender]) revert NotMember(msg.sender);
        _;
    }

    /// @param members_ The consortium: distinct accounts in ascending order.
    /// @param threshold_ How many of them must approve what the consortium decides.
    constructor(address[] memory members_, uint256 threshold_) {
        _checkConsortium(members_, threshold_);
        _setConsortium(members_, threshold_);
    }

    // ---- what the consortium decides

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

    /// @notice Takes the caller's approval of an open proposal back.
    function withdraw(bytes32 id) external {
        Proposal storage found = _proposals[id];
        if (found.id == 0 || _stateOf(found) != ProposalState.Open) revert NotOpen(id);
        address[] storage approvers = found.approvers;
        uint256 index = _indexOf(approvers, msg.sender);
        if (index == approvers.length) revert NotApproved(id, msg.sender);
        approvers[index] = approvers[approvers.length - 1];
        approvers.pop();
        emit ApprovalWithdrawn(id, msg.sender, approvers.length);
    }

    // ---- what operators and replicas do

    /// @notice Anchors the tree of `size` leaves.
    /// @param proof Consistency proof from the newest anchor (RFC 9162, section 2.1.4.1); empty for the first anchor.
    function anchor(bytes32 logId, uint64 size, bytes32 root, bytes32[] calldata proof) external {
        Log storage log = _open(logId);
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
    /// @dev Each attestation of a replica is for a newer anchor than its last. A closed log can be attested: its copies matter most.
    function attest(bytes32 logId, uint64 size, bytes32 root) external {
        if (!isMember[msg.sender] && operatedLogs[msg.sender] == 0) revert NotReplica(msg.sender);
        if (_rootAt(_registered(logId), logId, size) != root) revert NotAnchored(logId, size);
        uint64 before = _attested[logId][msg.sender].size;
        if (size <= before) revert AlreadyAttested(before, size);
        if (before == 0) _replicas[logId].push(msg.sender);
        _attested[logId][msg.sender] = Held(size, uint64(block.number), uint64(block.timestamp));
        emit Attested(logId, size, msg.sender, root);
    }

    // ---- views

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

    /// @notice The members of the consortium, in ascending order.
    function members() external view returns (address[] memory) {
        return _members;
    }

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

    /// @notice Size of the newest anchor of a log that a replica has attested; 0 when none.
    function attestedSize(bytes32 logId, address replica) external view returns (uint64) {
        return _attested[logId][replica].size;
    }

    /// @notice The newest attestation of each replica of a log, in the order of their first: at most `count`, and at most `MAX_PAGE`, from
    /// index `from`. The contract does not forget a replica that is no longer entitled to attest.
    function attestations(bytes32 logId, uint256 from, uint256 count) external view returns (Attestation[] memory page) {
        address[] storage replicas = _replicas[logId];
        page = new Attestation[](_pageSize(replicas.length, from, count));
        for (uint256 i = 0; i < page.length; ++i) {
            address replica = replicas[from + i];
            Held storage newest = _attested[logId][replica];
            page[i] = Attestation(replica, newest.size, newest.blockNumber, newest.time);
        }
    }

    /// @notice How many proposals were ever made.
    function proposalCount() external view returns (uint256) {
        return _proposalIds.length;
    }

    /// @notice All proposals in the order of their making: at most `count`, and at most `MAX_PAGE`, from index `from`.
    function proposals(uint256 from, uint256 count) external view returns (Proposal[] memory page) {
        page = new Proposal[](_pageSize(_proposalIds.length, from, count));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = proposal(_proposalIds[from + i]);
        }
    }

    /// @notice A proposal; all zero and empty when there is none of this id.
    function proposal(bytes32 id) public view returns (Proposal memory found) {
        found = _proposals[id];
        if (found.id != 0) found.state = _stateOf(_proposals[id]);
    }

    // ----

    function _register(bytes32 logId, address operator, string calldata origin) private {
        Log storage log = _logs[logId];
        log.operator = operator;
        log.revision = 1;
        log.origin = origin;
        _logIds.push(logId);
        ++operatedLogs[operator];
        emit LogRegistered(logId, operator, origin);
    }

    function _setConsortium(address[] memory members_, uint256 threshold_) private {
        for (uint256 i = 0; i < _members.length; ++i) {
            isMember[_members[i]] = false;
        }
        for (uint256 i = 0; i < members_.length; ++i) {
            isMember[members_[i]] = true;
        }
        _members = members_;
        threshold = threshold_;
        emit ConsortiumChanged(++epoch, members_, threshold_);
    }

    /// @dev Notes the caller's approval of a call; whether it was the last one that was needed.
    function _approve(bytes32 logId, bytes memory content) private returns (bool inForce) {
        uint64 revision = _logs[logId].revision;
        bytes32 id = keccak256(abi.encode(epoch, revision, content));
        Proposal storage found = _proposals[id];
        if (found.id == 0) _propose(found, id, logId, revision, content);
        if (_indexOf(found.approvers, msg.sender) != found.approvers.length) revert AlreadyApproved(id, msg.sender);
        found.approvers.push(msg.sender);
        emit Approved(id, msg.sender, found.approvers.length);
        // Both the epoch and the revision only grow, and what is in force makes one of them grow: nothing is in force twice.
        inForce = found.approvers.length >= threshold;
        if (!inForce) return false;
        found.executedBlock = uint64(block.number);
        emit Executed(id);
    }

    function _propose(Proposal storage fresh, bytes32 id, bytes32 logId, uint64 revision, bytes memory content) private {
        fresh.id = id;
        fresh.epoch = epoch;
        fresh.revision = revision;
        fresh.blockNumber = uint64(block.number);
        fresh.logId = logId;
        fresh.content = content;
        _proposalIds.push(id);
        emit Proposed(id, logId, msg.sender, content);
    }

    function _stateOf(Proposal storage found) private view returns (ProposalState) {
        if (found.executedBlock != 0) return ProposalState.Executed;
        return found.epoch == epoch && found.revision == _logs[found.logId].revision ? ProposalState.Open : ProposalState.Superseded;
    }

    function _checkConsortium(address[] memory members_, uint256 threshold_) private pure {
        if (members_.length > MAX_MEMBERS) revert TooManyMembers(members_.length);
        if (threshold_ == 0 || threshold_ > members_.length) revert InvalidThreshold(threshold_, members_.length);
        address before = address(0);
        for (uint256 i = 0; i < members_.length; ++i) {
            if (members_[i] <= before) revert InvalidMember(members_[i]);
            before = members_[i];
        }
    }

    function _checkNew(bytes32 logId, address operator, string calldata origin) private view {
        if (logId == 0 || operator == address(0) || bytes(origin).length == 0 || bytes(origin).length > MAX_ORIGIN_LENGTH) {
            revert InvalidLog(logId, operator, origin);
        }
        if (_logs[logId].operator != address(0)) revert LogAlreadyRegistered(logId);
    }

    function _checkLast(bytes32 logId, uint64 size, bytes32 root) private view {
        _open(logId);
        Anchor memory last = latest(logId);
        if (last.size != size || last.root != root) revert NotLastAnchor(logId, last.size, last.root);
    }

    function _registered(bytes32 logId) private view returns (Log storage log) {
        log = _logs[logId];
        if (log.operator == address(0)) revert UnknownLog(logId);
    }

    function _open(bytes32 logId) private view returns (Log storage log) {
        log = _registered(logId);
        if (log.closed) revert LogIsClosed(logId, log.successor);
    }

    /// @dev The length of the list when it does not hold the account.
    function _indexOf(address[] storage list, address account) private view returns (uint256 index) {
        while (index < list.length && list[index] != account) ++index;
    }

    function _pageSize(uint256 length, uint256 from, uint256 count) private pure returns (uint256) {
        if (from >= length) return 0;
        if (count > MAX_PAGE) count = MAX_PAGE;
        return count > length - from ? length - from : count;
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

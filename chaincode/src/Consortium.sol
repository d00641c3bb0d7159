// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The accounts that decide, and how many of them it takes
/// @dev Each change makes another epoch, by which approvals of another consortium are told from those of this one.
abstract contract Consortium {
    /// @notice Most members of the consortium, so that a change of them always fits into a block.
    uint256 public constant MAX_MEMBERS = 100;

    /// @notice How many members must approve what the consortium decides.
    uint256 public threshold;

    /// @notice Number of the consortium, from 1; each change of its members or its threshold makes another one.
    uint64 public epoch;

    /// @notice Whether an account is a member of the consortium.
    mapping(address account => bool) public isMember;

    address[] private _members;

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

    modifier onlyMember() {
        if (!isMember[msg.sender]) revert NotMember(msg.sender);
        _;
    }

    /// @notice The members of the consortium, in ascending order.
    function members() external view returns (address[] memory) {
        return _members;
    }

    function _setConsortium(address[] memory members_, uint256 threshold_) internal {
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

    function _checkConsortium(address[] memory members_, uint256 threshold_) internal pure {
        if (members_.length > MAX_MEMBERS) revert TooManyMembers(members_.length);
        if (threshold_ == 0 || threshold_ > members_.length) revert InvalidThreshold(threshold_, members_.length);
        address before = address(0);
        for (uint256 i = 0; i < members_.length; ++i) {
            if (members_[i] <= before) revert InvalidMember(members_[i]);
            before = members_[i];
        }
    }
}

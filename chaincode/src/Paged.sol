// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Views that return a list page by page
abstract contract Paged {
    /// @notice Most items that one call of a paged view returns.
    uint256 public constant MAX_PAGE = 1000;

    function _pageSize(uint256 length, uint256 from, uint256 count) internal pure returns (uint256) {
        if (from >= length) return 0;
        if (count > MAX_PAGE) count = MAX_PAGE;
        return count > length - from ? length - from : count;
    }
}

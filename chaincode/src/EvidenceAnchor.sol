// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Anchoring} from "./Anchoring.sol";
import {Attesting} from "./Attesting.sol";
import {Decisions} from "./Decisions.sol";

/// @title Anchors of append-only logs
/// @notice Keeps, for every registered log, the sequence of (size, root) that its operator anchored. A new anchor is taken only with
/// a proof (RFC 9162, section 2.1.4) that the log still begins with all that was anchored before: a rewritten history is refused by
/// the chain itself. Nothing that was anchored can be changed or taken back, by anyone: the contract has no owner, no upgrade, no
/// pause, and no function that removes.
contract EvidenceAnchor is Decisions, Anchoring, Attesting {
    /// @param members_ The consortium: distinct accounts in ascending order.
    /// @param threshold_ How many of them must approve what the consortium decides.
    constructor(address[] memory members_, uint256 threshold_) {
        _checkConsortium(members_, threshold_);
        _setConsortium(members_, threshold_);
    }
}

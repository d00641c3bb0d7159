using Evidence.Core;

namespace Evidence.Ledger;

/// <summary>One anchor as the contract keeps it.</summary>
/// <param name="Size">Number of leaves of the log.</param>
/// <param name="Root">Root of the tree of that size.</param>
/// <param name="BlockNumber">Height of the block that holds it.</param>
/// <param name="Time">Timestamp of that block, to the second.</param>
public sealed record LedgerAnchor(ulong Size, Digest Root, ulong BlockNumber, DateTimeOffset Time);

/// <summary>A log as it is registered on the ledger.</summary>
/// <param name="LogId">The log's id: SHA-256 of its verifier key text.</param>
/// <param name="Operator">Address that may anchor, hex with 0x and the EIP-55 checksum.</param>
/// <param name="Origin">Name of the log.</param>
/// <param name="AnchorCount">How many anchors the contract keeps of it.</param>
public sealed record LedgerLog(Digest LogId, string Operator, string Origin, ulong AnchorCount)
{
    /// <summary>The log that goes on after this one, which is closed and takes no anchor any more; null while it is open.</summary>
    public Digest? Successor { get; init; }

    /// <summary>The closed log that this one goes on after; null when there is none.</summary>
    public LedgerPredecessor? Predecessor { get; init; }
}

/// <summary>A log that was closed, and where it ended.</summary>
/// <param name="LogId">Its id.</param>
/// <param name="Size">Size of its last anchor; 0 when it was never anchored.</param>
/// <param name="Root">Root of its last anchor; all zero when it was never anchored.</param>
public sealed record LedgerPredecessor(Digest LogId, ulong Size, Digest Root);

/// <summary>The newest anchor of a log that a replica states to hold a verified copy of.</summary>
/// <param name="Replica">Address of the replica, hex with 0x and the EIP-55 checksum.</param>
/// <param name="Size">Number of leaves of the anchor.</param>
/// <param name="BlockNumber">Height of the block that holds the statement.</param>
/// <param name="Time">Timestamp of that block, to the second.</param>
public sealed record LedgerAttestation(string Replica, ulong Size, ulong BlockNumber, DateTimeOffset Time);

/// <summary>What an endpoint says of the ledger right now, after the pinned identity was checked.</summary>
/// <param name="Endpoint">The endpoint that answered.</param>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Genesis">Hash of block 0, hex with 0x.</param>
/// <param name="BlockNumber">Height of the newest block.</param>
/// <param name="BlockHash">Hash of the newest block, hex with 0x.</param>
/// <param name="BlockTime">Timestamp of the newest block, to the second.</param>
public sealed record LedgerStatus(Uri Endpoint, ulong ChainId, string Genesis, ulong BlockNumber, string BlockHash, DateTimeOffset BlockTime)
{
    /// <summary>On what it rests, what is said of logs and anchors.</summary>
    public LedgerAssurance Assurance { get; init; }
}

/// <summary>A contract that was just deployed, and the identity of the chain that holds it.</summary>
/// <param name="Contract">Address of the contract, hex with 0x and the EIP-55 checksum.</param>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Genesis">Hash of block 0, hex with 0x.</param>
/// <param name="BlockNumber">Height of the block that holds the deployment.</param>
/// <param name="TransactionHash">Hash of the deploying transaction, hex with 0x.</param>
public sealed record Deployment(string Contract, ulong ChainId, string Genesis, ulong BlockNumber, string TransactionHash);

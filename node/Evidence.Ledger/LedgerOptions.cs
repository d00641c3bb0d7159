using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;

namespace Evidence.Ledger;

/// <summary>Which ledger to speak to, and what must be true of it before any answer of it counts.</summary>
public sealed record LedgerOptions
{
    /// <summary>JSON-RPC endpoints (http or https) of nodes of the same chain, tried in this order; the next one is used when one does not answer.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>EIP-155 chain id that every endpoint must report; null only to look at a chain that is not known yet.</summary>
    public ulong? ChainId { get; init; }

    /// <summary>Hash of block 0 that every endpoint must report: 32 bytes, hex with 0x. Null: not checked.</summary>
    public string? Genesis { get; init; }

    /// <summary>Address of the EvidenceAnchor contract: 20 bytes, hex with 0x. Null only before it is deployed.</summary>
    public string? Contract { get; init; }

    /// <summary>How the chain agrees on its blocks, a name of <see cref="ConsensusNames"/>: it says which hash a block has, and when the chain stands by it.</summary>
    public string Consensus { get; init; } = ConsensusNames.None;

    /// <summary>
    /// The chain with its validators as trust.json has it: every captured proof must verify under their seals. Null where there is none; a Clique chain
    /// needs it, because without its signers nobody knows when more than half of them have built on a block.
    /// </summary>
    public TrustedChain? Trusted { get; init; }

    /// <summary>How long one request may take before the endpoint counts as silent.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for a transaction to be mined.</summary>
    public TimeSpan ReceiptTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait, once a block holds a transaction, for the chain to stand by that block.</summary>
    public TimeSpan FinalityTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Pause after which a transaction that no block holds is handed in again: the endpoint that took it may have lost it.</summary>
    public TimeSpan RepeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause between two looks for a receipt.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Price of gas in wei: the tip of an EIP-1559 transaction, the gas price of a legacy one. Consortium chains are free: 0.</summary>
    public ulong GasPrice { get; init; }
}

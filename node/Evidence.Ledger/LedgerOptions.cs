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

    /// <summary>How long one request may take before the endpoint counts as silent.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for a transaction to be mined.</summary>
    public TimeSpan ReceiptTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Pause between two looks for a receipt.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Price of gas in wei: the tip of an EIP-1559 transaction, the gas price of a legacy one. Consortium chains are free: 0.</summary>
    public ulong GasPrice { get; init; }
}

namespace Evidence.Network.Ledger;

/// <summary>How a development ledger runs.</summary>
public sealed record DevelopmentLedgerOptions
{
    /// <summary>Folder of the chain's state, of its rotated copies and of its log; made when it is missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Folder with package.json and package-lock.json, where npm installs anvil when it is missing; null: network/ of this checkout.</summary>
    public string? PackageFolder { get; init; }

    /// <summary>TCP port on 127.0.0.1; 0 picks a free one, which a restart keeps.</summary>
    public int Port { get; init; }

    /// <summary>Seconds between two blocks; a fraction of a second is possible.</summary>
    public double BlockSeconds { get; init; } = 1;

    /// <summary>EIP-155 chain id.</summary>
    public ulong ChainId { get; init; } = 31337;

    /// <summary>Seconds between two writes of the state; a kill loses at most what came after the last whole one.</summary>
    public int StateSeconds { get; init; } = 5;

    /// <summary>How many rotated copies of the state are kept.</summary>
    public int Copies { get; init; } = 5;

    /// <summary>Pause between two rotations.</summary>
    public TimeSpan CopyInterval { get; init; } = TimeSpan.FromSeconds(10);
}

namespace Evidence.Network.Ledger;

/// <summary>How a development ledger runs.</summary>
public sealed record DevelopmentLedgerOptions
{
    /// <summary>Folder of the chain's state and of its rotated copies; made when it is missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Folder with package.json and package-lock.json; node_modules is installed there when it is missing.</summary>
    public string? PackageFolder { get; init; }

    /// <summary>TCP port on 127.0.0.1; 0 picks a free one, which a restart keeps.</summary>
    public int Port { get; init; }

    /// <summary>Seconds between two blocks.</summary>
    public int BlockSeconds { get; init; } = 1;

    /// <summary>EIP-155 chain id.</summary>
    public ulong ChainId { get; init; } = 31337;

    /// <summary>How many rotated copies of the state are kept.</summary>
    public int Copies { get; init; } = 5;
}

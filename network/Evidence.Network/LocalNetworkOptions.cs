namespace Evidence.Network;

/// <summary>How a local network is made.</summary>
public sealed record LocalNetworkOptions
{
    /// <summary>Folder of all its data; made when it is missing, and must be empty.</summary>
    public required string Folder { get; init; }

    /// <summary>How many nodes, each mirroring all others.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>PEM of the roots that record signatures may end at; null: none.</summary>
    public string? SignatureRoots { get; init; }

    /// <summary>Whether the nodes refuse records without a signature.</summary>
    public bool RequireSignature { get; init; } = true;

    /// <summary>Seconds until a sealed record is anchored; null: as many as a node has by itself.</summary>
    public int? AnchorEverySeconds { get; init; } = 2;

    /// <summary>Seconds between a node's looks whether it can state on the ledger which anchors of its mirrors it has verified; null: it states nothing.</summary>
    public int? AttestEverySeconds { get; init; }

    /// <summary>The CLI, Evidence.Cli.dll; it lies beside this assembly in every build.</summary>
    public string Cli { get; init; } = Path.Combine(AppContext.BaseDirectory, "Evidence.Cli.dll");

    /// <summary>Folder with the npm packages of the ledger; null: network/ of the checkout that this assembly was built in.</summary>
    public string? PackageFolder { get; init; }
}

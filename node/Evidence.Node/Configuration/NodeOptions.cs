using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Ledger;

namespace Evidence.Node.Configuration;

/// <summary>What node.json says, checked and with paths made absolute.</summary>
internal sealed record NodeOptions
{
    /// <summary>The node's name, for people and in its statements.</summary>
    public required string Name { get; init; }

    /// <summary>Where the node listens for gRPC: http (cleartext HTTP/2, loopback only) or https. Port 0 takes a free one.</summary>
    public required Uri Listen { get; init; }

    /// <summary>Certificate and key for https; null for cleartext.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Who may do what.</summary>
    public AccessOptions Access { get; init; } = new();

    /// <summary>Folder of the node's data.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Folder of the node's secret keys.</summary>
    public required string KeysFolder { get; init; }

    /// <summary>Name of the log that this node writes.</summary>
    public required string Origin { get; init; }

    /// <summary>Name of this node's witness key.</summary>
    public required string WitnessName { get; init; }

    /// <summary>Whether a record must carry at least one signature.</summary>
    public bool RequireSignature { get; init; } = true;

    /// <summary>Whether a signature must end at one of <see cref="SignatureRoots"/>; if not, an INDETERMINATE one is kept and said to be so.</summary>
    public bool RequireTrustedChain { get; init; } = true;

    /// <summary>PEM files with the root certificates that signatures may end at.</summary>
    public IReadOnlyList<string> SignatureRoots { get; init; } = [];

    /// <summary>The ledger to anchor on; null: records are sealed and never anchored.</summary>
    public LedgerSection? Ledger { get; init; }

    /// <summary>Nodes whose logs this one mirrors.</summary>
    public IReadOnlyList<PeerOptions> Peers { get; init; } = [];

    /// <summary>Witnesses outside the network that are asked to cosign what is anchored.</summary>
    public IReadOnlyList<WitnessOptions> Witnesses { get; init; } = [];

    /// <summary>trust.json to judge by; null: the ledger layer of this node's verdicts stays undetermined.</summary>
    public string? TrustFile { get; init; }

    /// <summary>When and how fast everything is read again.</summary>
    public SweepOptions Sweep { get; init; } = new(null, 0);

    /// <summary>When what happened to records is sealed into the log.</summary>
    public EventOptions Events { get; init; } = new(EventOptions.DefaultSealAfter);

    /// <summary>How often peers are asked for news.</summary>
    public ReplicationOptions Replication { get; init; } = new(TimeSpan.FromSeconds(1));

    /// <summary>How many copies of this node's log there are to be, and what waits for them.</summary>
    public ReplicaOptions Replicas { get; init; } = new();

    /// <summary>How much large records may take up before they are finished.</summary>
    public UploadOptions Uploads { get; init; } = new();

    /// <summary>Whom the node tells of alerts.</summary>
    public AlertOptions Alerts { get; init; } = new();

    /// <summary>What is expected of the monitors of peers.</summary>
    public HeartbeatOptions Heartbeat { get; init; } = HeartbeatOptions.Default;

    /// <summary>Whether repairs are done at once.</summary>
    public RepairOptions Repair { get; init; } = new(false);

    /// <summary>Size in bytes at which a volume is closed.</summary>
    public long VolumeBytes { get; init; } = DefaultVolumeBytes;

    /// <summary>1 GiB.</summary>
    public const long DefaultVolumeBytes = 1L << 30;
}

/// <summary>Certificate chain and private key of the listener, and the authorities of client certificates (null: none), all PEM.</summary>
internal sealed record TlsOptions(string CertificateFile, string KeyFile, string? ClientCaFile = null);

/// <summary>The ledger and how often to anchor: whichever of the two is due first.</summary>
/// <param name="Endpoints">JSON-RPC endpoints, tried in this order.</param>
/// <param name="ChainId">EIP-155 chain id that the endpoints must have.</param>
/// <param name="Genesis">Hash of block 0 that they must have, lower-case hex with 0x; null: not checked.</param>
/// <param name="Contract">Address of the EvidenceAnchor contract, lower-case hex with 0x.</param>
/// <param name="AnchorEvery">Longest wait of a sealed record for its anchor, while the ledger answers.</param>
/// <param name="AnchorEveryRecords">Records that are anchored at once without waiting.</param>
internal sealed record LedgerSection(
    IReadOnlyList<Uri> Endpoints, ulong ChainId, string? Genesis, string Contract, TimeSpan AnchorEvery, ulong AnchorEveryRecords)
{
    /// <summary>A transaction every quarter of a minute at most: a record waits no longer than people do, and the chain holds little of one log.</summary>
    internal static readonly TimeSpan DefaultAnchorEvery = TimeSpan.FromSeconds(15);

    /// <summary>So many that only a flood of records is anchored sooner.</summary>
    internal const long DefaultAnchorEveryRecords = 100_000;

    /// <summary>How the chain agrees on its blocks: none, clique, qbft or ibft2.</summary>
    public string Consensus { get; init; } = ConsensusNames.None;

    /// <summary>Price of gas in wei: the tip of an EIP-1559 transaction, the gas price where blocks have no base fee.</summary>
    public ulong GasPrice { get; init; }

    /// <summary>Headers that prove the validators to those whose trust.json names only earlier ones; goes into the packages of later anchors. Null: none.</summary>
    public ValidatorHistory? History { get; init; }

    /// <summary>A client of this ledger. Nothing is asked yet.</summary>
    /// <param name="trust">What trust.json says of the chain, whose validators must have sealed what is captured; null where the node has none.</param>
    /// <param name="http">Sends the requests.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of silent and false endpoints.</param>
    internal LedgerClient Connect(TrustedChain? trust, HttpClient http, TimeProvider time, ILogger<LedgerClient> logger)
    {
        var options = new LedgerOptions
        {
            Endpoints = Endpoints,
            ChainId = ChainId,
            Genesis = Genesis,
            Contract = Contract,
            Consensus = Consensus,
            GasPrice = GasPrice,
            Trusted = trust is { Validators.Count: > 0 } ? trust : null,
        };
        return new LedgerClient(options, http, time, logger);
    }
}

/// <summary>A node whose log is mirrored.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="CertificateFile">PEM file with the certificate that it has, or the authority of it; null: one of an authority that the system trusts.</param>
internal sealed record PeerOptions(string Name, Uri Address, string? CertificateFile = null);

/// <summary>When and how fast everything is read again.</summary>
/// <param name="Every">How often; null: only when asked, or when <paramref name="MaxAge"/> wants it.</param>
/// <param name="BytesPerSecond">The most that it reads; 0: as fast as the medium, giving way to records that come in.</param>
/// <param name="Hours">When sweeps that nobody asked for read; null: at any time.</param>
/// <param name="MaxAge">How long any record may be without a check, at most; null: no bound.</param>
internal sealed record SweepOptions(TimeSpan? Every, long BytesPerSecond, SweepHours? Hours = null, TimeSpan? MaxAge = null)
{
    /// <summary>64 KiB: a terabyte takes half a year then.</summary>
    internal const long LeastBytesPerSecond = 1 << 16;

    /// <summary>1 TiB: more than any medium gives.</summary>
    internal const long MostBytesPerSecond = 1L << 40;

    /// <summary>The shortest time that sweeps may be apart by the configuration.</summary>
    internal static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);
}

/// <summary>The event history: how long an event waits for others that are sealed together with it. Reads wait for a day.</summary>
internal sealed record EventOptions(TimeSpan SealAfter)
{
    /// <summary>What a sweep found and what was then repaired come together; and sweeps without a pause make no flood of records.</summary>
    internal static readonly TimeSpan DefaultSealAfter = TimeSpan.FromMinutes(1);
}

/// <summary>Repairs: at once, or only when somebody has approved them.</summary>
internal sealed record RepairOptions(bool NeedsApproval);

/// <summary>Replication: the pause between two rounds over the peers, and between two statements on the ledger of what is mirrored (null: none).</summary>
internal sealed record ReplicationOptions(TimeSpan Every, TimeSpan? AttestEvery = null);

/// <summary>Limits of large records that are not finished.</summary>
internal sealed record UploadOptions
{
    /// <summary>Bytes that all of them may hold together.</summary>
    public long QuotaBytes { get; init; } = 64L << 30;

    /// <summary>Bytes that those of one submitter may hold together.</summary>
    public long QuotaBytesPerSubmitter { get; init; } = 64L << 30;

    /// <summary>How many that can be resumed there may be.</summary>
    public int Count { get; init; } = 100;

    /// <summary>How long one is kept after its last byte.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Bytes that they must leave free on the disk, for small records and the index.</summary>
    public long ReserveBytes { get; init; } = 1L << 30;
}

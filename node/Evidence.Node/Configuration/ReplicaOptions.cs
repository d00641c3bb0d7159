namespace Evidence.Node.Configuration;

/// <summary>How many copies of this node's log there are to be, where, and what waits for them.</summary>
internal sealed record ReplicaOptions
{
    /// <summary>Where this node stands, as people name it; "" where nobody said. Two nodes of one place count as one place.</summary>
    public string Place { get; init; } = "";

    /// <summary>What its records lie on, as people name it, such as ssd, disk, tape or worm; "" where nobody said.</summary>
    public string Medium { get; init; } = "";

    /// <summary>How many mirrors must have cosigned a size of the log before it is anchored, so that no anchored leaf lies in one place alone; 0: none.</summary>
    public int MirrorsBeforeAnchor { get; init; }

    /// <summary>Whether records are taken after a start although neither the ledger nor a peer nor a witness has confirmed that the log was not set back.</summary>
    public bool AppendUnconfirmed { get; init; }

    /// <summary>The pause between two rounds in which peers prove that they hold the bytes of their copies; null: none are asked.</summary>
    public TimeSpan? ProveEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes a second that this node reads at most to prove to others what it holds.</summary>
    public long ProofBytesPerSecond { get; init; } = 32 << 20;

    /// <summary>How long a proof of possession counts.</summary>
    public TimeSpan ProofAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a new record may take to be copied and proven before a policy asks for it.</summary>
    public TimeSpan PolicyGrace { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What each fonds must have.</summary>
    public IReadOnlyList<ReplicaPolicy> Policies { get; init; } = [];
}

/// <summary>How many copies the records of a fonds must have that are proven, and in how many places; this node's own is one of them.</summary>
/// <param name="Fonds">The fonds; "*": every record of this node's log that no other policy names.</param>
/// <param name="Copies">Copies, this node's own with them.</param>
/// <param name="Places">Places among those copies.</param>
internal sealed record ReplicaPolicy(string Fonds, int Copies, int Places)
{
    /// <summary>What stands for every fonds that no other policy names.</summary>
    internal const string Every = "*";
}

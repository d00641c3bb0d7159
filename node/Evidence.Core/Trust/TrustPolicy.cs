namespace Evidence.Core.Trust;

/// <summary>trust.json: what the verifying person trusts, had by another channel than the node under suspicion.</summary>
/// <param name="Chain">The ledger.</param>
/// <param name="Logs">The logs whose checkpoints are accepted.</param>
/// <param name="Witnesses">The witnesses whose cosignatures count.</param>
/// <param name="Quorum">What suffices for the ledger layer.</param>
/// <param name="Sha256">SHA-256 of the file's bytes, shown with every verdict.</param>
public sealed record TrustPolicy(
    TrustedChain Chain,
    IReadOnlyList<TrustedKey> Logs,
    IReadOnlyList<TrustedWitness> Witnesses,
    TrustQuorum Quorum,
    Digest Sha256)
{
    /// <summary>Roots of the certification paths of signatures, each one PEM certificate. Without any, no signature can be intact.</summary>
    public IReadOnlyList<string> SignatureRootsPem { get; init; } = [];
}

/// <summary>A ledger and who may seal its blocks.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Genesis">Hash of block 0, 32 bytes, lower-case hex with 0x.</param>
/// <param name="Contract">Address of the EvidenceAnchor contract, lower-case hex with 0x.</param>
/// <param name="Consensus">none (a development chain), clique, qbft or ibft2.</param>
/// <param name="Validators">Validator sets by height range. Ranges do not overlap; of a height in none of them the validators are not known.</param>
public sealed record TrustedChain(ulong ChainId, string Genesis, string Contract, string Consensus, IReadOnlyList<ValidatorRange> Validators)
{
    /// <summary>The epoch unless the chain says otherwise (EIP-225, and Besu's).</summary>
    public const ulong UsualEpoch = 30_000;

    /// <summary>At every multiple of this height the votes on validators lapse; with Clique the header lists the signers there.</summary>
    public ulong Epoch { get; init; } = UsualEpoch;

    /// <summary>Whether a history of headers in a package may say who the validators are at a height in no range. It extends the trust in the last ones that are named, whose keys may have been given up since, so only whoever trusts may allow it.</summary>
    public bool FollowsHistory { get; init; }
}

/// <summary>The validators of the blocks from <paramref name="From"/> to <paramref name="To"/>, both included; no end when To is null.</summary>
public sealed record ValidatorRange(ulong From, ulong? To, IReadOnlyList<string> Addresses);

/// <summary>A log: one of its keys, in the verifier key form of C2SP signed-note, name+hash+base64.</summary>
/// <param name="Key">The key.</param>
/// <param name="Id">The log's id on the ledger, SHA-256 of its first key; null when <paramref name="Key"/> is that first key. Rotations that a package brings never decide it: whoever stole a key could hand it on to himself, backward.</param>
public sealed record TrustedKey(string Key, Digest? Id = null);

/// <summary>A witness: whoever cosigns with this key, in the verifier key form of C2SP signed-note.</summary>
/// <param name="Key">name+hash+base64, algorithm 0x04 (C2SP tlog-cosignature).</param>
/// <param name="Log">Origin of the log that the same node writes, for which it is no witness; null for one that writes no log.</param>
public sealed record TrustedWitness(string Key, string? Log = null);

/// <summary>What the ledger layer must show. Both conditions hold together.</summary>
/// <param name="Seals">Whether the block must carry the validators' seals that its consensus asks for.</param>
/// <param name="Witnesses">How many distinct witnesses must have cosigned the anchored checkpoint.</param>
public sealed record TrustQuorum(bool Seals, int Witnesses);

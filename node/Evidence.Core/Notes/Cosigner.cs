using Evidence.Core.Crypto;

namespace Evidence.Core.Notes;

/// <summary>Cosigns the checkpoints of other logs as a witness (C2SP tlog-cosignature, Ed25519).</summary>
public sealed class Cosigner
{
    private readonly byte[] _seed;

    /// <summary>Takes the witness's key name and the 32-byte seed of its key, which must be no log's.</summary>
    /// <exception cref="ArgumentException">The seed is not 32 bytes long.</exception>
    /// <exception cref="FormatException">The name cannot be a key name.</exception>
    public Cosigner(string name, byte[] seed)
    {
        _seed = [.. seed];
        Key = new VerifierKey(name, VerifierKey.CosignatureV1, Ed25519.PublicKey(_seed));
    }

    /// <summary>The public half.</summary>
    public VerifierKey Key { get; }

    /// <summary>States that the checkpoint was seen, and found consistent with all that were seen before, at <paramref name="at"/> (kept in whole seconds).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is before 1970.</exception>
    public NoteSignature Cosign(string checkpointText, DateTimeOffset at) => new(Key.Name, Key.KeyId, CosignatureV1.Sign(_seed, checkpointText, at));
}

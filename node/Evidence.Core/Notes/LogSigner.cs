using Evidence.Core.Crypto;

namespace Evidence.Core.Notes;

/// <summary>Signs a log's checkpoints with its Ed25519 key.</summary>
public sealed class LogSigner
{
    private readonly byte[] _seed;

    /// <summary>Takes the log's origin, which is the name of its key, and the 32-byte seed of the key (RFC 8032, section 5.1.5).</summary>
    /// <exception cref="ArgumentException">The seed is not 32 bytes long.</exception>
    /// <exception cref="FormatException">The origin cannot be a key name.</exception>
    public LogSigner(string origin, byte[] seed)
    {
        _seed = [.. seed];
        Key = new VerifierKey(origin, VerifierKey.Ed25519Note, Ed25519.PublicKey(_seed));
    }

    /// <summary>The public half.</summary>
    public VerifierKey Key { get; }

    /// <summary>Signs a note's text, final newline included.</summary>
    public NoteSignature Sign(string text) => new(Key.Name, Key.KeyId, Ed25519.Sign(_seed, NoteText.StrictUtf8.GetBytes(text)));
}

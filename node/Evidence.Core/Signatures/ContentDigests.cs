using System.Security.Cryptography;

namespace Evidence.Core.Signatures;

/// <summary>What is known of signed content: its SHA-256, and a way to other digests if it can be read again.</summary>
internal sealed record ContentDigests(Digest Sha256, Func<HashAlgorithmName, byte[]>? Other)
{
    /// <summary>The content's digest by <paramref name="algorithm"/>, or null when it cannot be had.</summary>
    internal byte[]? By(HashAlgorithmName algorithm) =>
        algorithm == HashAlgorithmName.SHA256 ? Sha256.ToArray() : Other?.Invoke(algorithm);
}

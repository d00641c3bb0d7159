using System.Security.Cryptography;
using Evidence.Bench.Load;

namespace Evidence.Bench.Peers;

/// <summary>The framework's ECDSA over P-256 with SHA-256, on two threads: what verifying signatures costs by itself, with a key that is at hand.</summary>
internal sealed class SignaturePeer
{
    private const int Threads = 2;
    private const int PerThread = 40_000;
    private const int Kinds = 1_000;
    private readonly ECParameters _key;
    private readonly (byte[] Content, byte[] Value)[] _signed;

    internal SignaturePeer(SignedRecords records)
    {
        _key = records.Key;
        _signed = [.. Enumerable.Range(0, Kinds).Select(number => (SmallRecords.Content(number), records.Sign(number)))];
    }

    /// <summary>Signatures a second, both threads together.</summary>
    /// <exception cref="CryptographicException">One does not verify.</exception>
    internal async Task<double> RateAsync(BenchContext context, CancellationToken ct) =>
        Threads * PerThread / await context.SecondsAsync(() => Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(Verify, ct))));

    private void Verify()
    {
        using var key = ECDsa.Create(_key);
        for (var i = 0; i < PerThread; i++)
        {
            var (content, value) = _signed[i % Kinds];
            if (!key.VerifyData(content, value, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)) throw new CryptographicException("a signature of the bench does not verify");
        }
    }
}

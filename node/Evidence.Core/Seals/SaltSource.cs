using System.Security.Cryptography;

namespace Evidence.Core.Seals;

/// <summary>Random salts. The system's source is asked for many at once, since each question costs far more than the bytes; no salt is kept once it is given out.</summary>
internal static class SaltSource
{
    private const int AtOnce = 64;

    [ThreadStatic]
    private static byte[]? _salts;

    [ThreadStatic]
    private static int _left;

    /// <summary>A fresh salt.</summary>
    internal static byte[] Next()
    {
        _salts ??= new byte[AtOnce * RecordMetadata.SaltSize];
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(_salts);
            _left = AtOnce;
        }

        var next = _salts.AsSpan(--_left * RecordMetadata.SaltSize, RecordMetadata.SaltSize);
        var salt = next.ToArray();
        CryptographicOperations.ZeroMemory(next);
        return salt;
    }
}

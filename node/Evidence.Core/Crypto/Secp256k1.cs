using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;

namespace Evidence.Core.Crypto;

/// <summary>ECDSA over secp256k1 (SEC 2, section 2.4.1) as Ethereum uses it. Signing by Bouncy Castle; recovery (SEC 1, section 4.1.6) on its curve arithmetic.</summary>
public static class Secp256k1
{
    private const int FieldSize = 32;
    private const byte CompressedEven = 0x02;

    private static readonly ECDomainParameters Curve = new(CustomNamedCurves.GetByName("secp256k1"));
    private static readonly BigInteger HalfOrder = Curve.N.ShiftRight(1);

    /// <summary>The public key of the 32-byte <paramref name="privateKey"/>: x and y, 64 bytes.</summary>
    /// <exception cref="ArgumentException">The key is not 32 bytes long, or not between 1 and the order of the curve.</exception>
    public static byte[] PublicKey(byte[] privateKey) => Uncompressed(new FixedPointCombMultiplier().Multiply(Curve.G, Scalar(privateKey)).Normalize());

    /// <summary>Signs a 32-byte hash. The nonce is RFC 6979's with HMAC-SHA-256; s is in the lower half of the order (EIP-2).</summary>
    /// <returns>r and s, 32 bytes each, and the recovery id 0 to 3.</returns>
    /// <exception cref="ArgumentException">The hash or the key is not 32 bytes long, or the key is out of range.</exception>
    public static (byte[] R, byte[] S, int RecoveryId) Sign(byte[] hash, byte[] privateKey)
    {
        CheckLength(hash, nameof(hash));
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, new ECPrivateKeyParameters(Scalar(privateKey), Curve));
        var signature = signer.GenerateSignature(hash);
        var s = signature[1].CompareTo(HalfOrder) > 0 ? Curve.N.Subtract(signature[1]) : signature[1];
        var (r, low) = (Fixed(signature[0]), Fixed(s));
        return (r, low, RecoveryId(hash, r, low, PublicKey(privateKey)));
    }

    private static int RecoveryId(byte[] hash, byte[] r, byte[] s, byte[] publicKey)
    {
        for (var id = 0; id < 4; id++)
        {
            if (Recover(hash, r, s, id) is { } key && key.AsSpan().SequenceEqual(publicKey)) return id;
        }

        throw new InvalidOperationException("A signature that was just made recovers to another key.");
    }

    /// <summary>The public key (x and y, 64 bytes) under which (r, s) signs the 32-byte <paramref name="hash"/>, or null when there is none.</summary>
    /// <remarks>Takes s in either half of the order, as the ecrecover of Ethereum does; who forbids the upper half must look himself.</remarks>
    /// <exception cref="ArgumentException">The hash, r or s is not 32 bytes long.</exception>
    public static byte[]? Recover(byte[] hash, byte[] r, byte[] s, int recoveryId)
    {
        CheckLength(hash, nameof(hash));
        CheckLength(r, nameof(r));
        CheckLength(s, nameof(s));
        var (x, y) = (new BigInteger(1, r), new BigInteger(1, s));
        if (recoveryId is < 0 or > 3 || !InRange(x) || !InRange(y) || NoncePoint(x, recoveryId) is not { } nonce) return null;
        var inverse = x.ModInverse(Curve.N);
        var u1 = new BigInteger(1, hash).Negate().Multiply(inverse).Mod(Curve.N);
        var u2 = y.Multiply(inverse).Mod(Curve.N);
        var key = ECAlgorithms.SumOfTwoMultiplies(Curve.G, u1, nonce, u2).Normalize();
        return key.IsInfinity ? null : Uncompressed(key);
    }

    /// <summary>Whether s, 32 bytes, is in the lower half of the order (EIP-2).</summary>
    public static bool IsLow(byte[] s) => new BigInteger(1, s).CompareTo(HalfOrder) <= 0;

    /// <summary>The point whose x coordinate gave r: x = r, or r + n for ids 2 and 3; the lowest bit of the id is the parity of y.</summary>
    private static ECPoint? NoncePoint(BigInteger r, int recoveryId)
    {
        var x = (recoveryId & 2) == 0 ? r : r.Add(Curve.N);
        if (x.CompareTo(Curve.Curve.Field.Characteristic) >= 0) return null;
        try
        {
            return Curve.Curve.DecodePoint([(byte)(CompressedEven | (recoveryId & 1)), .. Fixed(x)]);
        }
        catch (ArgumentException)
        {
            return null; // no point of the curve has this x
        }
    }

    /// <summary>The 20-byte address of a 64-byte public key: the end of its Keccak-256 (Yellow Paper, appendix F).</summary>
    /// <exception cref="ArgumentException">The key is not 64 bytes long.</exception>
    public static byte[] AddressOf(byte[] publicKey)
    {
        if (publicKey.Length != 2 * FieldSize) throw new ArgumentException($"A public key has {2 * FieldSize} bytes, not {publicKey.Length}.", nameof(publicKey));
        return Keccak256.Hash(publicKey)[12..];
    }

    private static BigInteger Scalar(byte[] privateKey)
    {
        CheckLength(privateKey, nameof(privateKey));
        var scalar = new BigInteger(1, privateKey);
        return InRange(scalar) ? scalar : throw new ArgumentException("The private key is not between 1 and the order of secp256k1.", nameof(privateKey));
    }

    private static bool InRange(BigInteger value) => value.SignValue > 0 && value.CompareTo(Curve.N) < 0;

    private static byte[] Uncompressed(ECPoint point) => point.GetEncoded(false)[1..];

    private static byte[] Fixed(BigInteger value)
    {
        var bytes = value.ToByteArrayUnsigned();
        return bytes.Length == FieldSize ? bytes : [.. new byte[FieldSize - bytes.Length], .. bytes];
    }

    private static void CheckLength(byte[] bytes, string name)
    {
        if (bytes.Length != FieldSize) throw new ArgumentException($"'{name}' has {bytes.Length} bytes, not {FieldSize}.", name);
    }
}

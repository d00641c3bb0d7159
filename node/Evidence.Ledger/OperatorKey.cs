using Evidence.Core;
using Evidence.Core.Crypto;

namespace Evidence.Ledger;

/// <summary>The secp256k1 key with which a node signs its ledger transactions. The private part never leaves this object.</summary>
public sealed class OperatorKey
{
    /// <summary>Length of a private key in bytes.</summary>
    public const int Size = 32;

    private readonly byte[] _secret;

    private OperatorKey(byte[] secret)
    {
        _secret = secret;
        AddressBytes = Secp256k1.AddressOf(Secp256k1.PublicKey(secret));
        Address = AccountAddress.Format(AddressBytes);
    }

    /// <summary>The account of this key: 20 bytes, hex with 0x and the EIP-55 checksum.</summary>
    public string Address { get; }

    internal byte[] AddressBytes { get; }

    /// <summary>Takes a 32-byte private key.</summary>
    /// <exception cref="FormatException">It is not a number from 1 to the order of the curve less 1 in 32 bytes.</exception>
    public static OperatorKey FromBytes(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Size) throw new FormatException($"An operator key has {Size} bytes, not {secret.Length}.");
        try
        {
            return new OperatorKey(secret.ToArray());
        }
        catch (ArgumentException)
        {
            throw new FormatException("The operator key is not a private key of the curve secp256k1.");
        }
    }

    /// <summary>Reads a key file: 64 hexadecimal characters, white space around them allowed.</summary>
    /// <exception cref="FormatException">The file holds anything else.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OperatorKey Load(string path)
    {
        RegularFile.Check(path);
        var text = File.ReadAllText(path).Trim();
        var secret = new byte[Size];
        if (text.Length != 2 * Size || Convert.FromHexString(text, secret, out _, out _) != System.Buffers.OperationStatus.Done)
            throw new FormatException($"{path} is not an operator key: {2 * Size} hexadecimal characters are expected.");
        return FromBytes(secret);
    }

    /// <summary>Signs a 32-byte hash (RFC 6979, low s); the recovery id is 0 or 1.</summary>
    internal (byte[] R, byte[] S, int RecoveryId) Sign(byte[] hash) => Secp256k1.Sign(hash, _secret);
}

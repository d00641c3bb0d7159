namespace Evidence.Ledger;

/// <summary>The secp256k1 key with which a node signs its ledger transactions. The private part never leaves this object.</summary>
public sealed class OperatorKey
{
    private readonly byte[] _secret;

    private OperatorKey(byte[] secret) => _secret = secret;

    /// <summary>The account of this key: 20 bytes, hex with 0x and the EIP-55 checksum.</summary>
    public string Address => throw new NotImplementedException(_secret.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Takes a 32-byte private key.</summary>
    /// <exception cref="FormatException">It is not a number from 1 to the order of the curve less 1 in 32 bytes.</exception>
    public static OperatorKey FromBytes(ReadOnlySpan<byte> secret) => new(secret.ToArray());

    /// <summary>Reads a key file: 64 hexadecimal characters, white space around them allowed.</summary>
    /// <exception cref="FormatException">The file holds anything else.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OperatorKey Load(string path) => FromBytes(Convert.FromHexString(File.ReadAllText(path).Trim()));
}

using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Crypto;

namespace Evidence.Tests.Crypto;

public sealed class Secp256k1Tests
{
    private static readonly BigInteger Order = BigInteger.Parse("0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Deterministic signatures that are known of other implementations of RFC 6979 on this curve, s in the lower half.</summary>
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto", "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8", "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "All those moments will be lost in time, like tears in rain. Time to die...", "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b", "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto", "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0", "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5")]
    public void Known_deterministic_signatures_come_out(string key, string message, string r, string s)
    {
        var signature = Secp256k1.Sign(SHA256.HashData(Encoding.ASCII.GetBytes(message)), Hex(key));
        Assert.Equal(r, Convert.ToHexStringLower(signature.R));
        Assert.Equal(s, Convert.ToHexStringLower(signature.S));
    }

    /// <summary>The signatures that stand in the same file verify over no hash of the empty string that was ever in use, and are left alone.</summary>
    [VectorFact]
    public void Published_keys_have_the_published_addresses()
    {
        var cases = JsonNode.Parse(File.ReadAllText(Vectors.PathOf("ethereum", "BasicTests", "keyaddrtest.json")))!.AsArray();
        Assert.NotEmpty(cases);
        foreach (var json in cases)
        {
            var key = Hex((string)json!["key"]!);
            var address = (string)json["addr"]!;
            Assert.Equal(address, Convert.ToHexStringLower(Secp256k1.AddressOf(Secp256k1.PublicKey(key))));
        }
    }

    [Fact]
    public void Any_signature_recovers_to_its_key_and_has_a_low_s()
    {
        var random = new Random(5);
        for (var i = 0; i < 40; i++)
        {
            var (key, hash) = (new byte[32], new byte[32]);
            random.NextBytes(key);
            random.NextBytes(hash);
            var (r, s, id) = Secp256k1.Sign(hash, key);
            Assert.Equal(Secp256k1.PublicKey(key), Secp256k1.Recover(hash, r, s, id));
            Assert.NotEqual(Secp256k1.PublicKey(key), Secp256k1.Recover(hash, r, s, id ^ 1));
            Assert.True(Number(s) <= Order / 2);
            Assert.Equal((32, 32), (r.Length, s.Length));
        }
    }

    [Fact]
    public void The_mirror_of_a_signature_recovers_to_the_same_key_by_the_other_parity()
    {
        var hash = SHA256.HashData("x"u8);
        var (r, s, id) = Secp256k1.Sign(hash, Hex(new string('7', 64)));
        Assert.Equal(Secp256k1.Recover(hash, r, s, id), Secp256k1.Recover(hash, r, Bytes(Order - Number(s)), id ^ 1));
    }

    /// <summary>The published cases are of verification; a signature verifies when some recovery gives the key. They ask for a low s, which recovery does not.</summary>
    [VectorFact]
    public void Signatures_are_judged_as_published()
    {
        foreach (var (group, test) in Wycheproof.Load("ecdsa_secp256k1_sha256_bitcoin_test.json"))
        {
            var key = Hex((string)group["publicKey"]!["uncompressed"]!)[1..];
            var hash = SHA256.HashData(Hex((string)test["msg"]!));
            var verified = TryDer(Hex((string)test["sig"]!), out var r, out var s)
                && Number(s) <= Order / 2
                && Enumerable.Range(0, 4).Any(id => Secp256k1.Recover(hash, r, s, id) is { } found && found.AsSpan().SequenceEqual(key));
            Assert.True((string?)test["result"] == "valid" == verified, $"test {test["tcId"]}: {test["comment"]}");
        }
    }

    [Fact]
    public void Values_out_of_range_recover_to_nothing()
    {
        var (hash, one, zero) = (SHA256.HashData([]), Bytes(1), new byte[32]);
        Assert.Null(Secp256k1.Recover(hash, zero, one, 0));
        Assert.Null(Secp256k1.Recover(hash, one, zero, 0));
        Assert.Null(Secp256k1.Recover(hash, Bytes(Order), one, 0));
        Assert.Null(Secp256k1.Recover(hash, one, Bytes(Order), 0));
        Assert.Null(Secp256k1.Recover(hash, Bytes(Order - 1), one, 2)); // r + n is beyond the field
        Assert.Null(Secp256k1.Recover(hash, Bytes(5), one, 0)); // no point has x = 5
        Assert.Null(Secp256k1.Recover(hash, one, one, 4));
        Assert.Null(Secp256k1.Recover(hash, one, one, -1));
    }

    [Fact]
    public void A_signature_whose_key_would_be_the_point_at_infinity_recovers_to_nothing()
    {
        // Nonce 1 gives r = G.x; with s = hash / nonce the key is r^-1 (sR - hash G) = 0.
        var gx = Hex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
        Assert.Null(Secp256k1.Recover(Bytes(42), gx, Bytes(42), 0));
    }

    [Fact]
    public void A_key_or_hash_out_of_range_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Secp256k1.PublicKey(new byte[32]));
        Assert.Throws<ArgumentException>(() => Secp256k1.PublicKey(Bytes(Order)));
        Assert.Throws<ArgumentException>(() => Secp256k1.PublicKey(new byte[31]));
        Assert.Throws<ArgumentException>(() => Secp256k1.Sign(new byte[31], Bytes(1)));
        Assert.Throws<ArgumentException>(() => Secp256k1.Recover(new byte[32], new byte[31], Bytes(1), 0));
        Assert.Throws<ArgumentException>(() => Secp256k1.AddressOf(new byte[65]));
    }

    private static bool TryDer(byte[] der, out byte[] r, out byte[] s)
    {
        (r, s) = ([], []);
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            var (x, y) = (sequence.ReadInteger(), sequence.ReadInteger());
            sequence.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            if (x.Sign < 0 || y.Sign < 0 || x.GetByteCount(true) > 32 || y.GetByteCount(true) > 32) return false;
            (r, s) = (Bytes(x), Bytes(y));
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex);
}

using System.Security.Cryptography;
using Evidence.Core.Seals;
using Evidence.Core.Signatures;
using Evidence.Tests.Crypto;

namespace Evidence.Tests.Signatures;

public sealed class WycheproofTests
{
    [VectorTheory]
    [InlineData("rsa_signature_2048_sha256_test.json", SignatureTypes.RsaPkcs1Sha256)]
    [InlineData("rsa_pss_2048_sha256_mgf1_32_test.json", SignatureTypes.RsaPssSha256)]
    [InlineData("ecdsa_secp256r1_sha256_test.json", SignatureTypes.EcdsaSha256)]
    public void Accepts_the_valid_and_refuses_the_invalid_signatures(string file, string type)
    {
        foreach (var (group, test) in Wycheproof.Load(file))
        {
            var message = Convert.FromHexString((string)test["msg"]!);
            var verified = Verifies((string)group["publicKeyPem"]!, type, SHA256.HashData(message), Convert.FromHexString((string)test["sig"]!));
            var result = (string)test["result"]!;
            if (result != "acceptable") Assert.True(verified == (result == "valid"), $"{file} tcId {test["tcId"]}: {test["comment"]}");
        }
    }

    private static bool Verifies(string publicKeyPem, string type, byte[] hash, byte[] value)
    {
        try
        {
            var algorithm = RawSignature.AlgorithmOf(type)!;
            if (algorithm.Padding is null)
            {
                using var ecdsa = ECDsa.Create();
                ecdsa.ImportFromPem(publicKeyPem);
                return SignatureValue.Verifies(ecdsa, hash, value);
            }

            using var rsa = RSA.Create();
            rsa.ImportFromPem(publicKeyPem);
            return SignatureValue.Verifies(rsa, algorithm, hash, value);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Evidence.Core.Seals;
using Evidence.Core.Trust;
using Evidence.Tests.Package;
using Evidence.Tests.Signatures;
using Evidence.Tests.Verification;

namespace Evidence.Tests.VerifyJs;

/// <summary>Records that were sealed with signatures of many kinds, whole or with bytes changed before the sealing: nothing but the signature is in question.</summary>
internal sealed class SignatureMutations(Random random)
{
    private const string Sha1 = "1.3.14.3.2.26", Sha256 = "2.16.840.1.101.3.4.2.1", Sha384 = "2.16.840.1.101.3.4.2.2", Sha512 = "2.16.840.1.101.3.4.2.3";
    private static readonly TestAuthority Rsa = new(), Ecdsa = new(ecdsa: true), Encipherment = new(usage: X509KeyUsageFlags.KeyEncipherment), Short = new(rsaBits: 1024);

    private readonly PackageMutations _bytes = new(random);

    internal FuzzCase Make(int index)
    {
        var authority = Any([Rsa, Rsa, Ecdsa, Ecdsa, Encipherment, Short]);
        var type = random.Next(3) > 0 ? SignatureTypes.Cms : authority == Ecdsa ? SignatureTypes.EcdsaSha256 : Any([SignatureTypes.RsaPkcs1Sha256, SignatureTypes.RsaPssSha256]);
        var how = type;
        var sample = new SampleRecord(leaves: 4, signer: content => Sign(authority, type, content, ref how), type: type);
        // All have the same name.
        var roots = Any<X509Certificate2[]>([[], [Ecdsa.Root], [authority.Root], [authority.Root], [Rsa.Root, authority.Root], [authority.Root, Short.Root]]);
        var trust = sample.Trust with { SignatureRootsPem = [.. roots.Select(static root => root.ExportCertificatePem())] };
        return new FuzzCase($"signature {index}: {how}", SamplePackage.Write(sample), TrustPolicyJson.Encode(trust), IsSound: true);
    }

    private (byte[] Value, byte[] Pem) Sign(TestAuthority authority, string type, byte[] content, ref string how)
    {
        var signed = random.Next(8) == 0 ? "other"u8.ToArray() : content;
        var value = type != SignatureTypes.Cms ? authority.Sign(type, signed) : authority.Cms(
            signed, Any([Sha256, Sha256, Sha384, Sha512, Sha1]), random.Next(4) > 0, random.Next(5) > 0,
            Any([X509IncludeOption.None, X509IncludeOption.EndCertOnly]), authority == Rsa && random.Next(3) == 0 ? RSASignaturePadding.Pss : null);
        var pem = authority.ChainPem;
        switch (random.Next(8))
        {
            case 0 or 1: (how, value) = _bytes.Bytes(value); break;
            case 6 or 7: (how, value) = ("a value in DER", new DerEdits(random).Edit(value)); break;
            case 2: (how, pem) = Certificate(pem); break;
            case 3: (how, pem) = _bytes.Bytes(pem); break;
            case 4: value = Encoding.ASCII.GetBytes(PemEncoding.WriteString(Any(["PKCS7", "CMS", "CERTIFICATE"]), value)); break;
        }

        return (value, pem);
    }

    /// <summary>The signer's certificate with bytes changed, in a PEM that is one.</summary>
    private (string How, byte[] Pem) Certificate(byte[] pem)
    {
        var text = Encoding.ASCII.GetString(pem);
        var first = PemEncoding.Find(text);
        var der = Convert.FromBase64String(text[first.Base64Data]);
        var (how, changed) = random.Next(2) == 0 ? ("a value in DER", new DerEdits(random).Edit(der)) : _bytes.Bytes(der);
        return ($"certificate: {how}", Encoding.ASCII.GetBytes($"{PemEncoding.WriteString("CERTIFICATE", changed)}{text[first.Location.End..]}"));
    }

    private T Any<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}

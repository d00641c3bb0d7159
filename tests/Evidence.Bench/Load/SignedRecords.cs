using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Evidence.Client;
using Evidence.Core.Seals;
using Evidence.V1;
using PartRole = Evidence.V1.PartRole;

namespace Evidence.Bench.Load;

/// <summary>Records of 1 KiB with a raw P-256 signature and the chain of the signer's certificate, of a certification authority made for the run.</summary>
internal sealed class SignedRecords : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly byte[] _chain;

    internal SignedRecords(TimeProvider time)
    {
        var now = time.GetUtcNow();
        _root = MakeRoot(now);
        using var signer = Issue(now);
        _chain = Encoding.ASCII.GetBytes($"{signer.ExportCertificatePem()}\n{RootPem}\n");
    }

    /// <summary>The root certificate, PEM.</summary>
    internal string RootPem => _root.ExportCertificatePem();

    /// <summary>Files records, and returns their bytes, content and signature and certificates, when every one is acknowledged.</summary>
    internal async Task<long> FileAsync(EvidenceClient client, int count, CancellationToken ct)
    {
        var drafts = Enumerable.Range(0, count).Select(Draft).ToList();
        await SmallRecords.StreamAsync(client, drafts, ct);
        return drafts.Sum(draft => draft.Parts.Sum(part => part.Size));
    }

    /// <summary>The signer's public key.</summary>
    internal ECParameters Key => _key.ExportParameters(includePrivateParameters: false);

    /// <summary>The signature over a record's content, DER.</summary>
    internal byte[] Sign(int number) => _key.SignData(SmallRecords.Content(number), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>One record; signed now.</summary>
    internal RecordDraft Draft(int number)
    {
        var signature = Sign(number);
        return new RecordDraft("bench", new Description(),
        [
            Part(PartRole.Content, SmallRecords.Content(number), 0, ""),
            Part(PartRole.Signature, signature, 1, SignatureTypes.EcdsaSha256),
            Part(PartRole.Certificates, _chain, 1, ""), // 'of' counts the signatures
        ]);
    }

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
    }

    private static DraftPart Part(PartRole role, byte[] bytes, uint of, string type) => new(role, [], "", of, type, () => new MemoryStream(bytes), bytes.Length);

    private static X509Certificate2 MakeRoot(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Bench CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    private X509Certificate2 Issue(DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=Bench Signer", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, true, false));
        return request.Create(_root, now.AddDays(-1), now.AddDays(29), RandomNumberGenerator.GetBytes(16));
    }
}

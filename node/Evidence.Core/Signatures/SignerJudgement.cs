using System.Security.Cryptography.X509Certificates;

namespace Evidence.Core.Signatures;

/// <summary>From a digest, a signature value and a certificate to an indication: first the value, then the algorithms, then the path.</summary>
internal static class SignerJudgement
{
    internal static SignatureCheck Judge(
        X509Certificate2 signer, SignatureAlgorithm algorithm, byte[] hash, byte[] value, X509Certificate2Collection others, X509Certificate2Collection roots, DateTimeOffset at)
    {
        var name = CertificateFields.Of(signer).Subject.Text;
        return SignatureValue.Verifies(signer, algorithm, hash, value) switch
        {
            null => SignatureCheck.Undecided(SubIndications.Generic, name, $"The signer's key ({KeyKind(signer)}) is not supported for this signature."),
            false => SignatureCheck.Failed(SubIndications.SigCryptoFailure, name, "The signature value does not verify with the signer's public key."),
            true when algorithm.IsWeak || SignatureValue.IsTooShort(signer) => SignatureCheck.Undecided(
                SubIndications.CryptoConstraintsFailureNoPoe, name, $"The signature verifies, but {algorithm.Hash.Name} with this key is too weak to prove anything by itself."),
            true => CertificationPath.Judge(signer, others, roots, at),
        };
    }

    private static string KeyKind(X509Certificate2 certificate) =>
        certificate.PublicKey.Oid is var oid ? oid.FriendlyName ?? oid.Value ?? "unknown" : "unknown";
}

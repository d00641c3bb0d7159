using System.Security.Cryptography.X509Certificates;

namespace Evidence.Core.Signatures;

/// <summary>From the signer's certificate to a trusted root, as of a given time. Nothing is downloaded; revocation is not judged here.</summary>
internal static class CertificationPath
{
    private const string NameConstraints = "2.5.29.30";

    private const X509ChainStatusFlags NoPath = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.Cyclic | X509ChainStatusFlags.NotSignatureValid;

    private const X509ChainStatusFlags Constraints =
        X509ChainStatusFlags.InvalidBasicConstraints | X509ChainStatusFlags.NotValidForUsage | X509ChainStatusFlags.InvalidPolicyConstraints
        | X509ChainStatusFlags.InvalidNameConstraints | X509ChainStatusFlags.HasNotSupportedNameConstraint | X509ChainStatusFlags.HasNotDefinedNameConstraint
        | X509ChainStatusFlags.HasNotPermittedNameConstraint | X509ChainStatusFlags.HasExcludedNameConstraint | X509ChainStatusFlags.NoIssuanceChainPolicy;

    internal static SignatureCheck Judge(X509Certificate2 signer, X509Certificate2Collection others, X509Certificate2Collection roots, DateTimeOffset at)
    {
        if (!CertificateFields.Of(signer).Extensions.MaySign) return SignatureCheck.Undecided(SubIndications.SigConstraintsFailure, NameOf(signer), "The signer's certificate may not be used for signatures (key usage).");
        var check = JudgeOne(signer, others, roots, at);
        // A signer who is a root himself has no other path than the one that was judged.
        foreach (var path in new CertificatePaths(others, roots).From(signer).Where(static path => path.Length > 1).TakeWhile(_ => check.Indication != SignatureIndication.TotalPassed))
        {
            if (JudgeOne(signer, [.. path[1..^1]], [path[^1]], at) is { Indication: SignatureIndication.TotalPassed } passed) check = passed;
        }

        return check;
    }

    private static SignatureCheck JudgeOne(X509Certificate2 signer, X509Certificate2Collection others, X509Certificate2Collection roots, DateTimeOffset at)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(others, roots, at) };
        var built = chain.Build(signer);
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, status) => all | status.Status);
        var check = !built || flags != X509ChainStatusFlags.NoError ? Refused(signer, flags, at) : ConstrainsNames(chain) ? Constrained(signer) : Passed(signer, at);
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        return check;
    }

    /// <summary>Platforms judge name constraints differently, and a verdict must not depend on the platform.</summary>
    private static bool ConstrainsNames(X509Chain chain) =>
        chain.ChainElements.Any(static element => element.Certificate.Extensions.Any(static extension => extension.Oid?.Value == NameConstraints));

    private static SignatureCheck Constrained(X509Certificate2 signer) =>
        SignatureCheck.Undecided(SubIndications.ChainConstraintsFailure, NameOf(signer), "The signature value verifies, but a certificate on the path constrains names, which is not judged here.");

    private static X509ChainPolicy Policy(X509Certificate2Collection others, X509Certificate2Collection roots, DateTimeOffset at)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationTime = at.UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(roots);
        policy.ExtraStore.AddRange(others);
        return policy;
    }

    private static string NameOf(X509Certificate2 signer) => CertificateFields.Of(signer).Subject.Text;

    private static SignatureCheck Passed(X509Certificate2 signer, DateTimeOffset at) =>
        new(SignatureIndication.TotalPassed, null, NameOf(signer), $"The signature verifies, and the certificate leads to a trusted root as of {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}; revocation was not checked.");

    private static SignatureCheck Refused(X509Certificate2 signer, X509ChainStatusFlags flags, DateTimeOffset at)
    {
        var (subIndication, reason) = flags switch
        {
            _ when (flags & NoPath) != 0 => (SubIndications.NoCertificateChainFound, "no path leads from the signer's certificate to a trusted root"),
            _ when (flags & X509ChainStatusFlags.NotTimeValid) != 0 =>
                (SubIndications.OutOfBoundsNoPoe, $"a certificate on the path was not valid at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            _ when (flags & Constraints) != 0 => (SubIndications.ChainConstraintsFailure, "a certificate on the path may not be used so"),
            _ => (SubIndications.CertificateChainGeneralFailure, "the certification path could not be processed"),
        };
        return SignatureCheck.Undecided(subIndication, NameOf(signer), $"The signature value verifies, but {reason} ({flags}).");
    }
}

using System.Security.Cryptography.X509Certificates;

namespace Evidence.Core.Signatures;

/// <summary>
/// The ways from a signer's certificate to a trusted root, by names and signatures. The framework takes one issuer of a name and stays with it, so that roots or authorities
/// of one name would hide each other.
/// </summary>
internal sealed class CertificatePaths(X509Certificate2Collection others, X509Certificate2Collection roots)
{
    private const int Longest = 16;

    private readonly List<X509Certificate2> _anchors = [.. roots.Where(IsSelfIssued)];
    private readonly List<X509Certificate2> _between = [.. others, .. roots.Where(static root => !IsSelfIssued(root))];
    private int _left = SignatureLimits.MaxVerifications;

    /// <summary>Each from the signer's certificate to the root, both included, as far as the budget of verifications goes.</summary>
    internal IEnumerable<X509Certificate2[]> From(X509Certificate2 signer) => On([signer]).Take(SignatureLimits.MaxPaths);

    private IEnumerable<X509Certificate2[]> On(X509Certificate2[] path)
    {
        if (_anchors.Exists(anchor => anchor.RawDataMemory.Span.SequenceEqual(path[^1].RawDataMemory.Span)))
        {
            yield return path;
            yield break;
        }

        if (path.Length == Longest) yield break;
        foreach (var anchor in _anchors)
            if (Issued(anchor, path[^1])) yield return [.. path, anchor];
        foreach (var next in _between)
        {
            if (path.Any(before => before.RawDataMemory.Span.SequenceEqual(next.RawDataMemory.Span)) || !Issued(next, path[^1])) continue;
            foreach (var found in On([.. path, next])) yield return found;
        }
    }

    private bool Issued(X509Certificate2 issuer, X509Certificate2 certificate)
    {
        var (above, below) = (CertificateFields.Of(issuer), CertificateFields.Of(certificate));
        return above.Subject.Comparable == below.Issuer.Comparable && above.Extensions.MayIssue && _left-- > 0 && CertificateSignature.Verifies(certificate, issuer) != false;
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) => CertificateFields.Of(certificate).IsSelfIssued;
}

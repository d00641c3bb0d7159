namespace Evidence.Core.Signatures;

/// <summary>Bounds on what a signature may ask of its verifier; the specification of the package states them, since verifiers must agree.</summary>
internal static class SignatureLimits
{
    /// <summary>The most signers that one CMS may have.</summary>
    internal const int MaxSigners = 64;

    /// <summary>The most certificates that one CMS, or one file of certificates, may hold.</summary>
    internal const int MaxCertificates = 64;
}

namespace Evidence.Core.Signatures;

/// <summary>Bounds on what a signature may ask of its verifier; the specification of the package states them, since verifiers must agree.</summary>
internal static class SignatureLimits
{
    /// <summary>The most bytes of one signature, and of one file of certificates; an archive takes none that is larger.</summary>
    internal const int MaxBytes = 1 << 20;

    /// <summary>The most signers that one CMS may have.</summary>
    internal const int MaxSigners = 64;

    /// <summary>The most certificates that one CMS, or one file of certificates, may hold.</summary>
    internal const int MaxCertificates = 64;

    /// <summary>The most signatures of certificates that are verified to find a path for one signer: certificates that have issued each other have more paths than can be tried.</summary>
    internal const int MaxVerifications = 256;

    /// <summary>The most paths of one signer that are judged.</summary>
    internal const int MaxPaths = 16;
}

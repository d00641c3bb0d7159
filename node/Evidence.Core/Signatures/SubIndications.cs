namespace Evidence.Core.Signatures;

/// <summary>The sub-indications of ETSI EN 319 102-1, section 5.1.3, that this verifier gives.</summary>
public static class SubIndications
{
    /// <summary>TOTAL-FAILED: the digest of the content is not the one that was signed.</summary>
    public const string HashFailure = "HASH_FAILURE";

    /// <summary>TOTAL-FAILED: the signature value does not verify with the signer's public key.</summary>
    public const string SigCryptoFailure = "SIG_CRYPTO_FAILURE";

    /// <summary>TOTAL-FAILED: the bytes are not a signature of the stated kind.</summary>
    public const string FormatFailure = "FORMAT_FAILURE";

    /// <summary>INDETERMINATE: the signer's certificate is not at hand.</summary>
    public const string NoSigningCertificateFound = "NO_SIGNING_CERTIFICATE_FOUND";

    /// <summary>INDETERMINATE: no path leads from the signer's certificate to a trusted root.</summary>
    public const string NoCertificateChainFound = "NO_CERTIFICATE_CHAIN_FOUND";

    /// <summary>INDETERMINATE: a path was found, and a certificate on it may not be used so.</summary>
    public const string ChainConstraintsFailure = "CHAIN_CONSTRAINTS_FAILURE";

    /// <summary>INDETERMINATE: a path was found, and something on it could not be processed.</summary>
    public const string CertificateChainGeneralFailure = "CERTIFICATE_CHAIN_GENERAL_FAILURE";

    /// <summary>INDETERMINATE: the signer's certificate was not valid at the time in question, and nothing proves that the signature is older.</summary>
    public const string OutOfBoundsNoPoe = "OUT_OF_BOUNDS_NO_POE";

    /// <summary>INDETERMINATE: the algorithms or the key are too weak, and nothing proves that the signature is from before they were.</summary>
    public const string CryptoConstraintsFailureNoPoe = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE";

    /// <summary>INDETERMINATE: the content that was signed is not at hand in the form that the signature needs.</summary>
    public const string SignedDataNotFound = "SIGNED_DATA_NOT_FOUND";

    /// <summary>INDETERMINATE: the certificate may not be used for a signature of this kind.</summary>
    public const string SigConstraintsFailure = "SIG_CONSTRAINTS_FAILURE";

    /// <summary>INDETERMINATE: any other reason, an algorithm that is not supported among them.</summary>
    public const string Generic = "GENERIC";
}

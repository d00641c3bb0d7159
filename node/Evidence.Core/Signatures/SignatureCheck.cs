namespace Evidence.Core.Signatures;

/// <summary>What checking one signature gave (ETSI EN 319 102-1).</summary>
/// <param name="Indication">The main status.</param>
/// <param name="SubIndication">Why, as one of <see cref="SubIndications"/>; null when passed.</param>
/// <param name="Signer">The subject of the signer's certificate, or "" when no certificate was found.</param>
/// <param name="Reason">One English sentence.</param>
public sealed record SignatureCheck(SignatureIndication Indication, string? SubIndication, string Signer, string Reason)
{
    /// <summary>Whether the signature proves that the content or the signature was changed: only HASH_FAILURE and SIG_CRYPTO_FAILURE do.</summary>
    public bool ProvesAlteration => SubIndication is SubIndications.HashFailure or SubIndications.SigCryptoFailure;

    internal static SignatureCheck Failed(string subIndication, string signer, string reason) => new(SignatureIndication.TotalFailed, subIndication, signer, reason);

    internal static SignatureCheck Undecided(string subIndication, string signer, string reason) => new(SignatureIndication.Indeterminate, subIndication, signer, reason);
}

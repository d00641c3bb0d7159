using System.Security.Cryptography.Pkcs;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Core.Signatures;
using Evidence.Node.Configuration;
using Evidence.Node.Verification;
using Evidence.Storage;

namespace Evidence.Node.Archiving;

/// <summary>Decides by its signatures whether a record may enter: each one is verified over the bytes that were received, now.</summary>
internal sealed class SignatureGate(NodeOptions options, SignatureRoots roots)
{
    /// <summary>Checks every signature of an upload.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="staged">The same parts as they are to be stored.</param>
    /// <param name="at">Time of receipt.</param>
    /// <returns>What the receipt says: TOTAL-PASSED, INDETERMINATE and why, or NONE.</returns>
    /// <exception cref="ArchiveRefusedException">A signature does not hold, or one is missing where the node requires it.</exception>
    internal string Check(ReceivedParts parts, StagedRecord staged, DateTimeOffset at)
    {
        RequireSignatures(parts);
        var statement = "NONE";
        if (parts.Count(PartRole.Signature) == 0) return statement; // and nothing else that belongs to one
        CheckTimestamps(parts);
        foreach (var signature in parts.Of(PartRole.Signature))
        {
            var check = SignatureVerifier.Verify(
                signature.Heading.Type, signature.Held.ToArray(), CertificatesOf(signature, parts), Sha256Of(signature.Of!, staged), roots.Certificates, at,
                algorithm => staged.HashPart(signature.Of!, algorithm));
            Refuse(signature, check);
            if (check.Indication != SignatureIndication.TotalPassed) statement = $"INDETERMINATE {check.SubIndication}";
            else if (statement == "NONE") statement = "TOTAL-PASSED";
        }
        return statement;
    }

    private static Digest Sha256Of(string part, StagedRecord staged) => staged.Parts.First(p => p.Name == part).Sha256;

    // One signed file must not carry an unsigned one into the archive beside it, so each content part needs its own.
    private void RequireSignatures(ReceivedParts parts)
    {
        if (!options.RequireSignature) return;
        var signed = parts.Of(PartRole.Signature).Select(s => s.Of).ToHashSet();
        if (parts.Of(PartRole.Content).FirstOrDefault(c => !signed.Contains(c.Name)) is { } unsigned)
            throw Refused($"{unsigned.Name} has no signature, and this node takes only signed records: send a signature part for each content part.");
    }

    private void Refuse(ReceivedPart signature, SignatureCheck check)
    {
        if (check.Indication == SignatureIndication.TotalPassed) return;
        if (check.Indication == SignatureIndication.Indeterminate && !options.RequireTrustedChain) return;
        var indication = check.Indication == SignatureIndication.TotalFailed ? "TOTAL-FAILED" : "INDETERMINATE";
        var signer = check.Signer.Length > 0 ? $" Signer: {check.Signer}." : "";
        throw Refused($"The signature {signature.Name} over {signature.Of} does not hold: {indication} {check.SubIndication}. {check.Reason}{signer} Nothing was kept.");
    }

    private static void CheckTimestamps(ReceivedParts parts)
    {
        foreach (var token in parts.Of(PartRole.Timestamp))
            if (!Rfc3161TimestampToken.TryDecode(token.Held.ToArray(), out _, out var read) || read != token.Held.Length)
                throw UploadRules.Bad($"{token.Name} is not a timestamp token (RFC 3161, DER).");
    }

    private static ReadOnlyMemory<byte>? CertificatesOf(ReceivedPart signature, ReceivedParts parts)
    {
        var pem = new MemoryStream();
        foreach (var certificates in parts.Of(PartRole.Certificates).Where(c => c.Of == signature.Name))
        {
            certificates.Held.WriteTo(pem);
            pem.WriteByte((byte)'\n');
        }
        return pem.Length == 0 ? null : new ReadOnlyMemory<byte>(pem.ToArray());
    }

    private static ArchiveRefusedException Refused(string message) => new(Refusal.Signature, message);
}

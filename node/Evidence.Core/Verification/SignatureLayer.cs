using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Evidence.Core.Seals;
using Evidence.Core.Signatures;
using Evidence.Core.Trust;

namespace Evidence.Core.Verification;

/// <summary>The signatures over the content, judged as of the time of receipt in the seal.</summary>
internal static class SignatureLayer
{
    internal static LayerResult Check(RecordEvidence evidence, Seal? seal, TrustPolicy? trust)
    {
        var list = new FindingList(Layer.Signature);
        if (seal is null)
        {
            list.Warning(FindingCodes.SignatureMissing, "signature", "Without a seal it is not known which signatures there should be.");
            return LayerResult.From(list, false);
        }

        var signatures = seal.Parts.Where(static part => part.Role == PartRole.Signature).ToList();
        if (signatures.Count == 0) return Unsigned(list);
        var roots = TrustedRoots.Of(trust);
        roots.AddRange(evidence.SignatureRoots);
        evidence = evidence with { ContentDigest = Once(evidence.ContentDigest) };
        foreach (var signature in signatures) Judge(signature, seal, evidence, roots, list);
        Mention(seal, signatures, list);
        if (!list.HasError && !list.HasWarning)
            list.Ground($"Signature: judged as of {VerdictText.Time(seal.Received)}, the time of receipt that the archive claims, under the {Roots(trust, evidence)}; revocation was not checked.");
        return LayerResult.From(list, true);
    }

    /// <summary>Each digest is taken once, however many signers ask for it: the content may be large.</summary>
    private static Func<string, HashAlgorithmName, byte[]>? Once(Func<string, HashAlgorithmName, byte[]>? digest)
    {
        if (digest is null) return null;
        var taken = new Dictionary<(string, HashAlgorithmName), byte[]>();
        return (name, algorithm) => taken.TryGetValue((name, algorithm), out var known) ? known : taken[(name, algorithm)] = digest(name, algorithm);
    }

    private static LayerResult Unsigned(FindingList list)
    {
        list.Info(FindingCodes.Unsigned, "signature", "The record carries no signature.");
        list.Ground("Signature: none. The record was sealed without one, and nothing is claimed about who made it.");
        return LayerResult.From(list, false) with { Nothing = true };
    }

    private static void Judge(SealPart signature, Seal seal, RecordEvidence evidence, X509Certificate2Collection roots, FindingList list)
    {
        if (SealedBytes(signature, evidence) is not { } value)
        {
            list.Warning(FindingCodes.SignatureMissing, signature.Name, "The signature's sealed bytes are not at hand, so it was not judged.");
            return;
        }

        if (ContentLayer.Find(evidence.Parts, signature.Of!) is not { State: PartState.Read } content)
        {
            list.Warning(FindingCodes.SignatureMissing, signature.Name, $"{SubIndications.SignedDataNotFound}: the content {signature.Of} that it signs could not be read.");
            return;
        }

        var certificates = seal.Parts.FirstOrDefault(part => part.Role == PartRole.Certificates && part.Of == signature.Name);
        var pem = certificates is null ? null : SealedBytes(certificates, evidence);
        if (certificates is not null && pem is null)
            list.Warning(FindingCodes.SignatureMissing, certificates.Name, "The sealed bytes of the certificates are not at hand.");
        Func<HashAlgorithmName, byte[]>? other = evidence.ContentDigest is { } digest ? algorithm => digest(content.Name, algorithm) : null;
        Report(signature, SignatureVerifier.Verify(signature.Type!, value.Span, pem, content.Sha256, roots, seal.Received, other), list);
    }

    private static void Report(SealPart signature, SignatureCheck check, FindingList list)
    {
        var message = $"{Name(check.Indication)}{(check.SubIndication is null ? "" : $"/{check.SubIndication}")}: {check.Reason}{(check.Signer.Length > 0 ? $" Signer: {check.Signer}." : "")}";
        if (check.Indication == SignatureIndication.TotalPassed) list.Info(FindingCodes.SignaturePassed, signature.Name, message);
        else if (check.ProvesAlteration) list.Error(FindingCodes.SignatureChanged, signature.Name, message);
        else if (check.Indication == SignatureIndication.TotalFailed) list.Warning(FindingCodes.SignatureUnreadable, signature.Name, message);
        else list.Warning(FindingCodes.SignatureIndeterminate, signature.Name, message);
    }

    private static string Roots(TrustPolicy? trust, RecordEvidence evidence) => (trust?.SignatureRootsPem.Count > 0, evidence.SignatureRoots.Count > 0) switch
    {
        (true, false) => "roots of trust.json",
        (true, true) => "roots of trust.json and those that the verifying party configured",
        _ => "roots that the verifying party configured",
    };

    private static void Mention(Seal seal, List<SealPart> signatures, FindingList list)
    {
        foreach (var content in seal.Parts.Where(part => part.Role == PartRole.Content && signatures.All(signature => signature.Of != part.Name)))
            list.Info(FindingCodes.PartUnsigned, content.Name, "No signature of the record is over this part.");
        foreach (var token in seal.Parts.Where(static part => part.Role == PartRole.Timestamp))
            list.Info(FindingCodes.TimestampNotJudged, token.Name, "The timestamp token is sealed with the record; it was not judged.");
    }

    /// <summary>The bytes of a small part, if they are those that were sealed.</summary>
    private static ReadOnlyMemory<byte>? SealedBytes(SealPart part, RecordEvidence evidence)
    {
        // Not a conditional expression: its null would become empty memory, by way of a null array.
        if (evidence.SmallPart(part.Name) is { } bytes && Digest.Of(bytes.Span) == part.Sha256) return bytes;
        return null;
    }

    private static string Name(SignatureIndication indication) => indication switch
    {
        SignatureIndication.TotalPassed => "TOTAL-PASSED",
        SignatureIndication.TotalFailed => "TOTAL-FAILED",
        _ => "INDETERMINATE",
    };
}

using System.Globalization;
using Evidence.Core.Chain;

namespace Evidence.Core.Packages.Texts;

/// <summary>The one text that a certificate carries as a QR code and in letters, so that paper can be held against a package.</summary>
internal static class CertificateText
{
    private const string Header = "EVIDENCE1";

    internal static string Of(PackageFacts facts) => facts.Count == 1
        ? OfRecord(facts.Listed[0].Record, facts.Listed[0].SealSha256, facts.Anchor)
        : Text(facts.Count.ToString(CultureInfo.InvariantCulture), facts.List, facts.Anchor);

    /// <summary>The text of a certificate of one record.</summary>
    internal static string OfRecord(RecordId record, Digest seal, AnchorProof? anchor) => Text(record.ToString(), seal, anchor);

    /// <summary>As a person or a scanner gives it, in the form in which it is compared.</summary>
    internal static string Normalize(string text) => text.Trim().ToUpperInvariant();

    private static string Text(string subject, Digest digest, AnchorProof? anchor)
    {
        var text = $"{Header}:{subject}:{digest}{(anchor is null ? "" : Anchor(anchor))}";
        return text.ToUpperInvariant();
    }

    private static string Anchor(AnchorProof anchor) =>
        string.Create(CultureInfo.InvariantCulture, $":{anchor.ChainId}:{anchor.Contract[2..]}:{anchor.BlockNumber}:{Convert.ToHexStringLower(anchor.BlockHash)}");
}

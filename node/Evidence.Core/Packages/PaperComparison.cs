using Evidence.Core.Chain;
using Evidence.Core.Packages.Texts;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>Holds the text of a certificate on paper against a package: it is the package's own, or that of one of its records.</summary>
internal sealed class PaperComparison(string paper)
{
    private readonly string _paper = CertificateText.Normalize(paper);
    private bool _fits;

    internal void Look(RecordReading record, AnchorProof? anchor)
    {
        if (_fits || record.SealBytes is not { } seal) return;
        var sealed256 = Digest.Of(seal);
        _fits = _paper == CertificateText.OfRecord(record.Record, sealed256, anchor) || _paper == CertificateText.OfRecord(record.Record, sealed256, null);
    }

    internal void Finish(string? text, bool complete, PackageFindings list)
    {
        if (_fits || _paper == text) return;
        const string Subject = "paper";
        if (complete) list.Error(FindingCodes.PaperDiffers, Subject, "The text of the certificate is not that of this package or of a record in it.", PackageNames.Printable(_paper), text);
        else list.Warning(FindingCodes.PaperDiffers, Subject, "The package could not be read to its end, so the text of the certificate was not found in it.", PackageNames.Printable(_paper));
    }
}

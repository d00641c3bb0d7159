using Evidence.Core.Seals;

namespace Evidence.Core.Verification;

/// <summary>The seal itself: there, canonical, the one that was expected, and of this record.</summary>
internal static class SealLayer
{
    internal static (LayerResult Result, Seal? Seal) Check(RecordEvidence evidence)
    {
        var list = new FindingList(Layer.Seal);
        var seal = evidence.Seal is { } bytes ? Read(bytes, evidence, list) : null;
        if (evidence.Seal is null && !evidence.Observed.Any(IsWhy)) list.Error(FindingCodes.SealMissing, "seal", "The seal is not there.");
        if (seal is not null && !list.HasError) list.Ground($"The seal of record {seal.Record}, SHA-256 {Digest.Of(evidence.Seal)}.");
        return (LayerResult.From(list, seal is not null), seal);
    }

    private static bool IsWhy(Finding finding) => finding.Layer == Layer.Seal && finding.Severity != Severity.Info;

    private static Seal? Read(byte[] bytes, RecordEvidence evidence, FindingList list)
    {
        if (evidence.ExpectedSealSha256 is { } expected && Digest.Of(bytes) is var actual && actual != expected)
            list.Error(FindingCodes.SealChanged, "seal", "The seal is not the one that was expected.", expected.ToString(), actual.ToString());
        try
        {
            var seal = Seal.Parse(bytes);
            if (seal.Record != evidence.Record)
                list.Error(FindingCodes.SealUnexpected, "seal", "The seal is that of another record.", evidence.Record.ToString(), seal.Record.ToString());
            return seal;
        }
        catch (FormatException e)
        {
            list.Error(FindingCodes.SealUnreadable, "seal", $"The bytes are not a seal: {e.Message}");
            return null;
        }
    }
}

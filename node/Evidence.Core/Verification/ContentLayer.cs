using System.Globalization;
using Evidence.Core.Seals;

namespace Evidence.Core.Verification;

/// <summary>The bytes of every part against the seal.</summary>
internal static class ContentLayer
{
    internal static LayerResult Check(RecordEvidence evidence, Seal? seal)
    {
        var list = new FindingList(Layer.Content);
        if (seal is null)
        {
            list.Warning(FindingCodes.SealMissing, "parts", "Without a seal there is nothing to compare the parts with.");
            return LayerResult.From(list, false);
        }

        foreach (var part in seal.Parts) Compare(part, Find(evidence.Parts, part.Name), list);
        foreach (var stray in Strays(evidence.Parts, seal))
            list.Error(FindingCodes.PartUnexpected, stray.Name, "The part is there, and the seal does not name it.");
        if (!list.HasError && !list.HasWarning)
            list.Ground(string.Create(CultureInfo.InvariantCulture, $"Content: all {seal.Parts.Count} parts were read now, {seal.Parts.Sum(static part => part.Size)} bytes, and have the SHA-256 that the seal names."));
        return LayerResult.From(list, seal.Parts.Any(static part => part.Role == PartRole.Content));
    }

    internal static PartObservation? Find(IReadOnlyList<PartObservation> parts, string name) =>
        parts.FirstOrDefault(part => part.Name == name && part.State != PartState.Unexpected);

    private static IEnumerable<PartObservation> Strays(IReadOnlyList<PartObservation> parts, Seal seal)
    {
        var named = seal.Parts.Select(static part => part.Name).ToHashSet(StringComparer.Ordinal);
        return parts.Where(part => part.State == PartState.Unexpected || !named.Remove(part.Name));
    }

    private static void Compare(SealPart part, PartObservation? found, FindingList list)
    {
        switch (found?.State)
        {
            case null or PartState.Missing:
                list.Error(FindingCodes.PartMissing, part.Name, "The part is not there.", Text(part.Size, part.Sha256));
                break;
            case PartState.Unreadable:
                list.Warning(FindingCodes.PartUnreadable, part.Name, "The part is there, and its bytes could not be read.", Text(part.Size, part.Sha256));
                break;
            case PartState.Read when found.Sha256 != part.Sha256 || found.Size != part.Size:
                list.Error(FindingCodes.PartChanged, part.Name, "The bytes are not those that were sealed.", Text(part.Size, part.Sha256), Text(found.Size, found.Sha256));
                break;
        }
    }

    private static string Text(long size, Digest sha256) => string.Create(CultureInfo.InvariantCulture, $"{size} bytes, SHA-256 {sha256}");
}

using System.Globalization;

namespace Evidence.Core.Seals;

/// <summary>What a seal must keep to beyond its syntax. The same rules hold when a seal is made and when one is read.</summary>
internal static class SealRules
{
    /// <summary>The largest size that JSON numbers carry exactly (RFC 7493, section 2.2).</summary>
    internal const long MaxPartSize = (1L << 53) - 1;

    /// <exception cref="FormatException">A rule is broken; the message names the part.</exception>
    internal static void Check(Seal seal)
    {
        var parts = seal.Parts;
        var hasContent = false;
        for (var i = 0; i < parts.Count; i++)
        {
            CheckPart(parts[i]);
            if (Find(parts, parts[i].Name, i) is not null) throw new FormatException($"parts: '{parts[i].Name}' is there twice.");
            hasContent |= parts[i].Role == PartRole.Content;
        }

        if (!hasContent) throw new FormatException("parts: there is no content part.");
        for (var i = 0; i < parts.Count; i++) CheckReference(parts[i], parts);
    }

    // Nearly every record has a few parts, and the largest seal has some hundred: no table is worth its while.
    private static SealPart? Find(IReadOnlyList<SealPart> parts, string name, int count)
    {
        for (var i = 0; i < count; i++)
            if (parts[i].Name == name) return parts[i];
        return null;
    }

    private static void CheckPart(SealPart part)
    {
        if (!IsNameFor(part.Role, part.Name)) throw new FormatException($"parts: '{part.Name}' is no name of a {RoleNames.Of(part.Role)} part; such a name is '{Letter(part.Role)}' and four digits from 0001.");
        if (part.Role == PartRole.Metadata && part.Name != "m0001") throw new FormatException($"parts: the metadata part is m0001, not '{part.Name}'.");
        if (part.Size is < 0 or > MaxPartSize) throw new FormatException($"parts: the size of '{part.Name}', {part.Size}, is not between 0 and {MaxPartSize}.");
        if (part.Role == PartRole.Signature && part.Type is null) throw new FormatException($"parts: the signature '{part.Name}' has no type.");
        if (part.Role != PartRole.Signature && part.Type is not null) throw new FormatException($"parts: '{part.Name}' has a type, which only signatures have.");
        if (part.Type is not null && !SignatureTypes.All.Contains(part.Type)) throw new FormatException($"parts: '{part.Name}' has the unknown type '{part.Type}'.");
    }

    private static void CheckReference(SealPart part, IReadOnlyList<SealPart> parts)
    {
        PartRole? wanted = part.Role switch
        {
            PartRole.Signature => PartRole.Content,
            PartRole.Certificates or PartRole.Timestamp => PartRole.Signature,
            _ => null,
        };
        if (wanted is null && part.Of is not null) throw new FormatException($"parts: '{part.Name}' has an 'of', which a {RoleNames.Of(part.Role)} part has not.");
        if (wanted is not { } role) return;
        if (part.Of is null) throw new FormatException($"parts: '{part.Name}' does not say what it is of.");
        var of = Find(parts, part.Of, parts.Count) ?? throw new FormatException($"parts: '{part.Name}' is of '{part.Of}', which is not there.");
        if (of.Role != role) throw new FormatException($"parts: '{part.Name}' is of '{part.Of}', which is no {RoleNames.Of(role)} part.");
    }

    private static bool IsNameFor(PartRole role, string name) =>
        name.Length == 5
        && name[0] == Letter(role)
        && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0;

    private static char Letter(PartRole role) => role switch
    {
        PartRole.Content => 'c',
        PartRole.Signature => 's',
        PartRole.Certificates => 'k',
        PartRole.Timestamp => 't',
        _ => 'm',
    };
}

namespace Evidence.Core.Seals;

/// <summary>The roles of parts as they are written in a seal.</summary>
internal static class RoleNames
{
    internal static string Of(PartRole role) => role switch
    {
        PartRole.Content => "content",
        PartRole.Signature => "signature",
        PartRole.Certificates => "certificates",
        PartRole.Timestamp => "timestamp",
        PartRole.Metadata => "metadata",
        _ => throw new FormatException($"{(int)role} is no role of a part."),
    };

    internal static bool TryParse(string name, out PartRole role)
    {
        foreach (var candidate in Enum.GetValues<PartRole>())
        {
            role = candidate;
            if (Of(candidate) == name) return true;
        }

        role = default;
        return false;
    }
}

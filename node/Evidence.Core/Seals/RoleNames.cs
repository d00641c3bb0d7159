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

    internal static PartRole? TryParse(string name) => name switch
    {
        "content" => PartRole.Content,
        "signature" => PartRole.Signature,
        "certificates" => PartRole.Certificates,
        "timestamp" => PartRole.Timestamp,
        "metadata" => PartRole.Metadata,
        _ => null,
    };
}

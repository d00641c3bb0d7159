using System.Globalization;
using Evidence.Core.Seals;

namespace Evidence.Node.Archiving;

/// <summary>The parts of an upload so far: gives each its member name and checks what it belongs to.</summary>
internal sealed class ReceivedParts
{
    private readonly List<ReceivedPart> _parts = [];

    internal IReadOnlyList<ReceivedPart> All => _parts;

    internal IEnumerable<ReceivedPart> Of(PartRole role) => _parts.Where(p => p.Role == role);

    /// <summary>Adds the next part.</summary>
    /// <exception cref="ArchiveRefusedException">There are too many, or it belongs to a part that has not come.</exception>
    internal ReceivedPart Add(PartHeading heading)
    {
        UploadRules.CheckHeading(heading);
        if (_parts.Count == ArchiveLimits.MaxParts) throw UploadRules.Bad($"A record has at most {ArchiveLimits.MaxParts} parts: file the rest as another record.");
        var part = new ReceivedPart(NameOf(heading.Role, Of(heading.Role).Count() + 1), heading, OwnerOf(heading));
        _parts.Add(part);
        return part;
    }

    internal static string NameOf(PartRole role, int number) =>
        Letter(role) + number.ToString("0000", CultureInfo.InvariantCulture);

    private string? OwnerOf(PartHeading heading)
    {
        if (heading.Role == PartRole.Content) return null;
        var owner = heading.Role == PartRole.Signature ? PartRole.Content : PartRole.Signature;
        var count = Of(owner).Count();
        if (heading.Of >= 1 && heading.Of <= count) return NameOf(owner, (int)heading.Of);
        throw UploadRules.Bad(
            $"{UploadRules.Describe(heading.Role)} says it belongs to {UploadRules.Describe(owner)[2..]} number {heading.Of}; {count} of those came before it. Count from 1 and send the owner first.");
    }

    private static string Letter(PartRole role) => role switch
    {
        PartRole.Content => "c",
        PartRole.Signature => "s",
        PartRole.Certificates => "k",
        PartRole.Timestamp => "t",
        PartRole.Metadata => "m",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}

/// <summary>A part of an upload.</summary>
/// <param name="Name">Member name.</param>
/// <param name="Heading">What the client said of it.</param>
/// <param name="Of">Member name of the part that it belongs to; null for content.</param>
internal sealed record ReceivedPart(string Name, PartHeading Heading, string? Of)
{
    internal PartRole Role => Heading.Role;

    /// <summary>The bytes, of parts that are held in memory to be checked: all but content.</summary>
    internal MemoryStream? Held { get; } = Heading.Role == PartRole.Content ? null : new MemoryStream();
}

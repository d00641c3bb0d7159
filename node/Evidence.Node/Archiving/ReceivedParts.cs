using System.Globalization;
using Evidence.Core.Seals;

namespace Evidence.Node.Archiving;

/// <summary>The parts of an upload so far: gives each its member name and checks what it belongs to.</summary>
internal sealed class ReceivedParts
{
    // Nearly every record has few parts, whose names need not be made each time.
    private const int Known = 8;
    private static readonly string[][] Names = [.. Enum.GetValues<PartRole>().Select(role => Enumerable.Range(1, Known).Select(number => MakeName(role, number)).ToArray())];

    private readonly List<ReceivedPart> _parts = new(4);
    private long _held;

    internal IReadOnlyList<ReceivedPart> All => _parts;

    internal IEnumerable<ReceivedPart> Of(PartRole role) => _parts.Where(p => p.Role == role);

    internal int Count(PartRole role)
    {
        var count = 0;
        foreach (var part in _parts)
            if (part.Role == role) count++;
        return count;
    }

    /// <summary>Adds the next part.</summary>
    /// <exception cref="ArchiveRefusedException">There are too many, or it belongs to a part that has not come.</exception>
    internal ReceivedPart Add(PartHeading heading)
    {
        UploadRules.CheckHeading(heading);
        if (_parts.Count == ArchiveLimits.MaxParts) throw UploadRules.Bad($"A record has at most {ArchiveLimits.MaxParts} parts: file the rest as another record.");
        var part = new ReceivedPart(NameOf(heading.Role, Count(heading.Role) + 1), heading, OwnerOf(heading));
        _parts.Add(part);
        return part;
    }

    /// <summary>Takes bytes of a part: they count, and of all but content they are held to be checked.</summary>
    /// <exception cref="ArchiveRefusedException">The part grows beyond its size or limit.</exception>
    internal void Take(ReceivedPart part, ReadOnlyMemory<byte> bytes)
    {
        part.Count(bytes.Length);
        if (part.Role == PartRole.Content) return;
        if ((_held += bytes.Length) > ArchiveLimits.MaxSmallBytes)
            throw UploadRules.Bad($"The signatures and certificates of the record have more than {ArchiveLimits.MaxSmallBytes} bytes together.");
        part.Held.Write(bytes.Span);
    }

    internal static string NameOf(PartRole role, int number) => number <= Known ? Names[(int)role][number - 1] : MakeName(role, number);

    private static string MakeName(PartRole role, int number) =>
        Letter(role) + number.ToString("0000", CultureInfo.InvariantCulture);

    private string? OwnerOf(PartHeading heading)
    {
        if (heading.Role == PartRole.Content) return null;
        var owner = heading.Role == PartRole.Signature ? PartRole.Content : PartRole.Signature;
        var count = Count(owner);
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

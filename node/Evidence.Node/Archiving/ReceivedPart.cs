using Evidence.Core.Seals;

namespace Evidence.Node.Archiving;

/// <summary>A part of an upload.</summary>
/// <param name="Name">Member name.</param>
/// <param name="Heading">What the client said of it.</param>
/// <param name="Of">Member name of the part that it belongs to; null for content.</param>
internal sealed record ReceivedPart(string Name, PartHeading Heading, string? Of)
{
    /// <summary>Bytes that have come.</summary>
    internal long Received { get; private set; }

    internal PartRole Role => Heading.Role;

    /// <summary>The bytes so far, of parts that are held in memory to be checked: all but content.</summary>
    internal MemoryStream Held => field ??= new MemoryStream();

    /// <summary>Counts bytes that have come.</summary>
    /// <exception cref="ArchiveRefusedException">They are more than were announced, or than such a part may have.</exception>
    internal void Count(long bytes)
    {
        Received += bytes;
        if (Heading.Size > 0 && Received > Heading.Size) throw UploadRules.Bad($"{Name} was announced with {Heading.Size} bytes and has more.");
        if (Role != PartRole.Content && Received > ArchiveLimits.MaxSmallPartBytes)
            throw UploadRules.Bad($"{Name}, {UploadRules.Describe(Role)}, has more than {ArchiveLimits.MaxSmallPartBytes} bytes.");
    }

    /// <exception cref="ArchiveRefusedException">Less has come than was announced.</exception>
    internal void CheckComplete()
    {
        if (Heading.Size > 0 && Received != Heading.Size)
            throw UploadRules.Bad($"{Name} was announced with {Heading.Size} bytes and has {Received}: the upload is incomplete.");
    }
}

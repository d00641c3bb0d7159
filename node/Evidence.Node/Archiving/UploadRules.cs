using Evidence.Core.Events;
using Evidence.Core.Seals;

namespace Evidence.Node.Archiving;

/// <summary>What is refused before a byte of it is stored.</summary>
internal static class UploadRules
{
    internal static void CheckSubmitter(string submitter)
    {
        if (string.IsNullOrWhiteSpace(submitter)) throw Bad("The header names no submitter: say who files the record.");
        if (submitter.Length > ArchiveLimits.MaxSubmitterLength || HasControl(submitter))
            throw Bad($"The submitter must have at most {ArchiveLimits.MaxSubmitterLength} characters and no control characters.");
        if (submitter.StartsWith(EventDocument.SubmitterPrefix, StringComparison.OrdinalIgnoreCase))
            throw Bad($"A submitter that begins with \"{EventDocument.SubmitterPrefix}\" is a node itself, which files its event history so: name whoever files the record.");
    }

    internal static void CheckDescription(RecordDescription description)
    {
        CheckText("title", description.Title);
        CheckText("fonds", description.Fonds);
        CheckText("series", description.Series);
        CheckText("file number", description.FileNumber);
        CheckText("retention period", description.RetentionPeriod);
        CheckText("security class", description.SecurityClass);
        if (description.Fields.Count > ArchiveLimits.MaxFields)
            throw Bad($"The description has {description.Fields.Count} fields; at most {ArchiveLimits.MaxFields} are taken.");
        foreach (var (name, value) in description.Fields)
        {
            if (name.Length == 0) throw Bad("A field of the description has no name.");
            CheckText("name of a field", name);
            CheckText($"field {name}", value);
        }
    }

    internal static void CheckHeading(PartHeading heading)
    {
        CheckFileName(heading.FileName);
        if (heading.MediaType.Length > ArchiveLimits.MaxMediaTypeLength || heading.MediaType.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw Bad($"A media type must have at most {ArchiveLimits.MaxMediaTypeLength} printable ASCII characters.");
        if (heading.Size < 0) throw Bad($"A part's size cannot be {heading.Size}: give its bytes, or 0 when they are not known.");
        if (heading.Role == PartRole.Signature) CheckType(heading.Type);
        else if (heading.Type.Length > 0) throw Bad($"Only a signature part has a type; this is {Describe(heading.Role)} with type {heading.Type}.");
        if (heading.Role == PartRole.Content && heading.Of != 0) throw Bad("A content part belongs to no other part: leave \"of\" at 0.");
    }

    internal static ArchiveRefusedException Bad(string message) => new(Refusal.BadInput, message);

    internal static string Describe(PartRole role) => role switch
    {
        PartRole.Content => "a content part",
        PartRole.Signature => "a signature part",
        PartRole.Certificates => "a certificates part",
        PartRole.Timestamp => "a timestamp part",
        PartRole.Metadata => "a metadata part",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    private static bool HasControl(string text)
    {
        foreach (var c in text)
            if (char.IsControl(c)) return true;
        return false;
    }

    private static void CheckText(string what, string text)
    {
        if (text.Length > ArchiveLimits.MaxTextLength)
            throw Bad($"The {what} of the description has {text.Length} characters; at most {ArchiveLimits.MaxTextLength} are taken.");
    }

    private static void CheckType(string type)
    {
        if (!SignatureTypes.All.Contains(type))
            throw Bad($"'{type}' is not a kind of signature; known kinds: {string.Join(", ", SignatureTypes.All)}.");
    }

    // The name is kept as evidence and never used as a path here; a path, however, is not a name and could do harm where it is written out again.
    private static void CheckFileName(byte[] name)
    {
        if (name.Length > ArchiveLimits.MaxFileNameBytes)
            throw Bad($"A file name has {name.Length} bytes; at most {ArchiveLimits.MaxFileNameBytes} are taken.");
        if (name.AsSpan().IndexOfAny((byte)0, (byte)'/') >= 0 || name is [(byte)'.'] or [(byte)'.', (byte)'.'])
            throw Bad("A file name must be the name alone: no folders, no '/', no zero byte, not '.' or '..'.");
    }
}

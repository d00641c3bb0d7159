using System.Globalization;

namespace Evidence.Core.Packages;

/// <summary>Where a member stands in a package; the places of one kind follow each other in this order.</summary>
internal enum MemberPlace
{
    Readme,
    Keys,
    Roots,
    Anchor,
    History,
    Record,
    Events,
    Statement,
    Certificate,
    Manifest,
}

/// <summary>Where a member stands in its record, or in its event document.</summary>
internal enum RecordPlace
{
    Seal,
    Part,
    Proof,
}

/// <summary>A member's name as the format has it, taken apart.</summary>
/// <param name="Place">Which member it is.</param>
/// <param name="Record">The record's number, for a member of a record or of an event document.</param>
/// <param name="Within">Which member of the record it is.</param>
/// <param name="Part">The part's name, for a part.</param>
/// <param name="Size">The number of leaves in the name, for an anchor.</param>
internal readonly record struct MemberName(MemberPlace Place, RecordId Record = default, RecordPlace Within = default, string Part = "", ulong Size = 0)
{
    private const int RecordIdLength = 36, PartNameLength = 5;

    /// <summary>Whether the member belongs to a record, or to an event document.</summary>
    internal bool IsOfRecord => Place is MemberPlace.Record or MemberPlace.Events;

    /// <summary>Whether the member's bytes have to be held: neither content nor what is only compared by its digest.</summary>
    internal bool IsHeld => Place switch
    {
        MemberPlace.Record => Within != RecordPlace.Part || Part[0] != 'c',
        _ => Place is MemberPlace.Keys or MemberPlace.Anchor or MemberPlace.History or MemberPlace.Events,
    };

    /// <summary>Takes a name apart; null when the format has no such name.</summary>
    internal static MemberName? TryParse(string name) => name switch
    {
        PackageNames.Readme => new MemberName(MemberPlace.Readme),
        PackageNames.Keys => new MemberName(MemberPlace.Keys),
        PackageNames.Roots => new MemberName(MemberPlace.Roots),
        PackageNames.History => new MemberName(MemberPlace.History),
        PackageNames.Statement => new MemberName(MemberPlace.Statement),
        PackageNames.Certificate => new MemberName(MemberPlace.Certificate),
        PackageNames.Manifest => new MemberName(MemberPlace.Manifest),
        _ when name.StartsWith(PackageNames.AnchorsFolder, StringComparison.Ordinal) => TryParseAnchor(name),
        _ when name.StartsWith(PackageNames.RecordsFolder, StringComparison.Ordinal) => TryParseRecord(MemberPlace.Record, name[PackageNames.RecordsFolder.Length..]),
        _ when name.StartsWith(PackageNames.EventsFolder, StringComparison.Ordinal) => TryParseRecord(MemberPlace.Events, name[PackageNames.EventsFolder.Length..]),
        _ => null,
    };

    private static MemberName? TryParseAnchor(string name)
    {
        if (!name.EndsWith(PackageNames.AnchorSuffix, StringComparison.Ordinal)) return null;
        var number = name.AsSpan(PackageNames.AnchorsFolder.Length..^PackageNames.AnchorSuffix.Length);
        return ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && PackageNames.Anchor(size) == name
            ? new MemberName(MemberPlace.Anchor, Size: size)
            : null;
    }

    private static MemberName? TryParseRecord(MemberPlace place, string name)
    {
        if (name.Length <= RecordIdLength || name[RecordIdLength] != '/') return null;
        var id = name[..RecordIdLength];
        if (!RecordId.TryParse(id, out var record) || record.ToString() != id) return null;
        return name[(RecordIdLength + 1)..] switch
        {
            PackageNames.Seal => new MemberName(place, record, RecordPlace.Seal),
            PackageNames.Proof => new MemberName(place, record, RecordPlace.Proof),
            var rest when rest.StartsWith(PackageNames.PartsFolder, StringComparison.Ordinal) && IsPart(rest.AsSpan(PackageNames.PartsFolder.Length)) =>
                new MemberName(place, record, RecordPlace.Part, rest[PackageNames.PartsFolder.Length..]),
            _ => null,
        };
    }

    private static bool IsPart(ReadOnlySpan<char> name) => name.Length == PartNameLength && "csktm".Contains(name[0], StringComparison.Ordinal) && !name[1..].ContainsAnyExceptInRange('0', '9');
}

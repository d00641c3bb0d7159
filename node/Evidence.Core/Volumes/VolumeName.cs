using System.Globalization;

namespace Evidence.Core.Volumes;

/// <summary>Names of volumes and of the members in them: ASCII, made by the server, at most 84 bytes.</summary>
internal static class VolumeName
{
    internal const string Extension = ".tar";
    private const int RecordLength = 36;

    /// <summary>v and ten digits: the volume's file without extension, and the one directory in it.</summary>
    internal static string Of(uint volume) => string.Create(CultureInfo.InvariantCulture, $"v{volume:D10}");

    internal static string FileOf(uint volume) => Of(volume) + Extension;

    /// <summary>Reads a file name as <see cref="FileOf"/> writes it.</summary>
    internal static bool TryParseFile(string name, out uint volume)
    {
        volume = 0;
        return name.Length == 11 + Extension.Length && uint.TryParse(name.AsSpan(1, 10), NumberStyles.None, CultureInfo.InvariantCulture, out volume)
            && volume > 0 && FileOf(volume) == name;
    }

    /// <summary>Path of a record's member.</summary>
    internal static string Member(uint volume, RecordId record, string member) => $"{DataPrefix(volume)}{record}/{member}";

    /// <summary>Path of one of the files that make a closed volume a bag.</summary>
    internal static string Tag(uint volume, string file) => $"{Of(volume)}/{file}";

    internal static string SealMember(ulong leaf) => string.Create(CultureInfo.InvariantCulture, $"seal-{leaf}.json");

    internal static bool TryParseSealMember(string member, out ulong leaf)
    {
        leaf = 0;
        return member.StartsWith("seal-", StringComparison.Ordinal) && member.EndsWith(".json", StringComparison.Ordinal) && member.Length > 10
            && ulong.TryParse(member.AsSpan(5, member.Length - 10), NumberStyles.None, CultureInfo.InvariantCulture, out leaf)
            && SealMember(leaf) == member;
    }

    /// <summary>Reads a path as <see cref="Member"/> writes it for this volume.</summary>
    internal static bool TryParseMember(string path, uint volume, out RecordId record, out string member)
    {
        (record, member) = (default, "");
        var prefix = DataPrefix(volume);
        if (!path.StartsWith(prefix, StringComparison.Ordinal) || path.Length < prefix.Length + RecordLength + 2 || path[prefix.Length + RecordLength] != '/') return false;
        if (!RecordId.TryParse(path.Substring(prefix.Length, RecordLength), out record) || record.ToString() != path.Substring(prefix.Length, RecordLength)) return false;
        member = path[(prefix.Length + RecordLength + 1)..];
        return true;
    }

    private static string DataPrefix(uint volume) => Of(volume) + "/data/";
}

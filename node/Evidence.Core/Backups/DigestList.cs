using System.Text;

namespace Evidence.Core.Backups;

/// <summary>SHA256SUMS: a line for each file, as `sha256sum -c` reads it. Sorted by name; names are ASCII without anything that would have to be escaped.</summary>
internal static class DigestList
{
    private const int NameAt = (2 * Digest.Size) + 2;

    internal static byte[] Encode(IEnumerable<KeyValuePair<string, Digest>> files) =>
        Encoding.ASCII.GetBytes(string.Concat(files.OrderBy(static file => file.Key, StringComparer.Ordinal).Select(static file => $"{file.Value}  {file.Key}\n")));

    /// <exception cref="FormatException">The bytes are not what <see cref="Encode"/> writes.</exception>
    internal static IReadOnlyDictionary<string, Digest> Parse(ReadOnlySpan<byte> bytes)
    {
        var files = new Dictionary<string, Digest>(StringComparer.Ordinal);
        foreach (var line in Encoding.ASCII.GetString(bytes).Split('\n')[..^1])
            if (line.Length <= NameAt || !Digest.TryParse(line[..(2 * Digest.Size)], out var digest) || !IsWithin(line[NameAt..]) || !files.TryAdd(line[NameAt..], digest)) throw new FormatException("A line is not a digest, two spaces and a name.");
        return bytes.SequenceEqual(Encode(files)) ? files : throw new FormatException("It is not in the form that a backup writes.");
    }

    /// <summary>What can be read of a list that was changed.</summary>
    internal static IReadOnlyDictionary<string, Digest> ReadWhatStands(ReadOnlySpan<byte> bytes)
    {
        var files = new Dictionary<string, Digest>(StringComparer.Ordinal);
        foreach (var line in Encoding.ASCII.GetString(bytes).Split('\n'))
            if (line.Length > NameAt && Digest.TryParse(line[..(2 * Digest.Size)], out var digest) && IsWithin(line[NameAt..]) && !line.Contains('\0', StringComparison.Ordinal)) files.TryAdd(line[NameAt..], digest);
        return files;
    }

    private static bool IsWithin(string name) => name.Split('/').All(static part => part is not ("" or "." or ".."));
}

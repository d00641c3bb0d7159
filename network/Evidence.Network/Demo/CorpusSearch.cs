using System.Runtime.InteropServices;

namespace Evidence.Network.Demo;

/// <summary>Finds real files on this machine. The choice depends only on what the machine has, never on chance.</summary>
internal static class CorpusSearch
{
    internal const long Big = 2 << 20;
    private const long Smallest = 64;
    private const long Largest = 16 << 20;

    private static readonly Dictionary<string, CorpusKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        [".pdf"] = CorpusKind.Document,
        [".html"] = CorpusKind.Document,
        [".htm"] = CorpusKind.Document,
        [".ps"] = CorpusKind.Document,
        [".rtf"] = CorpusKind.Document,
        [".odt"] = CorpusKind.Document,
        [".docx"] = CorpusKind.Document,
        [".png"] = CorpusKind.Image,
        [".jpg"] = CorpusKind.Image,
        [".jpeg"] = CorpusKind.Image,
        [".gif"] = CorpusKind.Image,
        [".svg"] = CorpusKind.Image,
        [".ico"] = CorpusKind.Image,
        [".txt"] = CorpusKind.Text,
        [".md"] = CorpusKind.Text,
        [".xml"] = CorpusKind.Text,
        [".json"] = CorpusKind.Text,
        [".csv"] = CorpusKind.Text,
    };

    private static readonly EnumerationOptions Walk = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device,
    };

    /// <summary>Candidates in the order of their paths.</summary>
    internal static IReadOnlyList<CorpusFile> Candidates()
    {
        var found = new SortedDictionary<string, CorpusFile>(StringComparer.Ordinal);
        foreach (var file in Roots().SelectMany(root => new DirectoryInfo(root).EnumerateFiles("*", Walk)))
            if (Kinds.TryGetValue(file.Extension, out var kind) && file.Length is >= Smallest and <= Largest)
                found[file.FullName] = new CorpusFile(file.FullName, file.FullName, kind, file.Length);
        return [.. found.Values];
    }

    /// <summary><paramref name="count"/> of them, evenly spread over the list, so that neighbours in one folder do not crowd out the rest.</summary>
    internal static IEnumerable<CorpusFile> Spread(IReadOnlyList<CorpusFile> files, int count)
    {
        var take = Math.Min(count, files.Count);
        for (var i = 0; i < take; i++) yield return files[(int)((long)i * files.Count / take)];
    }

    private static IEnumerable<string> Roots()
    {
        var sdk = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return new[] { "/usr/share", "/usr/lib", "/usr/local", sdk }.Distinct(StringComparer.Ordinal).Where(Directory.Exists);
    }
}

using System.IO.Enumeration;

namespace Evidence.Cli.Archiving;

/// <summary>The files under what was named on the command line.</summary>
internal static class FolderFiles
{
    /// <summary>Files as they are, and of folders all files in them at any depth, in the order of their names.</summary>
    internal static IReadOnlyList<string> Expand(IEnumerable<string> named) => [.. named.SelectMany(name => Directory.Exists(name) ? Under(name) : [name])];

    // Hidden files are files like all others. Links to folders are not followed: they lead outside, or round and round.
    private static IEnumerable<string> Under(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false };
        return new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        }.Order(StringComparer.Ordinal);
    }
}

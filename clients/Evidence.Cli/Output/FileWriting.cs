namespace Evidence.Cli;

/// <summary>Writes result files.</summary>
internal static class FileWriting
{
    /// <summary>
    /// Writes beside the file and renames at the end, when the bytes are on the disk: a file of that name is always a whole one, also after a power cut. What a run that
    /// was killed has left of the same file is removed.
    /// </summary>
    internal static async Task ReplaceAsync(string file, Func<Stream, Task> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!Directory.Exists(folder)) throw CliException.Usage($"the folder {folder} is not there");
        RemoveLeftovers(folder, $".{Path.GetFileName(file)}.");
        var unfinished = Path.Combine(folder, $".{Path.GetFileName(file)}.{Environment.ProcessId}");
        try
        {
            await using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                await write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, file, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>A run that still writes holds its file locked, so that it cannot be opened here.</summary>
    private static void RemoveLeftovers(string folder, string prefix)
    {
        foreach (var leftover in Directory.EnumerateFiles(folder, $"{prefix}*").Where(path => Path.GetFileName(path)[prefix.Length..].All(char.IsAsciiDigit)))
        {
            try
            {
                using var unused = new FileStream(leftover, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                File.Delete(leftover);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another run is writing it, or it is somebody else's.
            }
        }
    }
}

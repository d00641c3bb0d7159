namespace Evidence.Cli;

/// <summary>Writes result files.</summary>
internal static class FileWriting
{
    /// <summary>Writes beside the file and renames at the end, so that a file of that name is always a whole one.</summary>
    internal static async Task ReplaceAsync(string file, Func<Stream, Task> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!Directory.Exists(folder)) throw CliException.Usage($"the folder {folder} is not there");
        var unfinished = Path.Combine(folder, $".{Path.GetFileName(file)}.{Environment.ProcessId}");
        try
        {
            await using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.ReadWrite))
                await write(stream);
            File.Move(unfinished, file, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}

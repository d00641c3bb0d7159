using Evidence.Core;

namespace Evidence.Cli;

/// <summary>Writes result files.</summary>
internal static class FileWriting
{
    /// <summary>The beginning of the names of files that are not whole yet; short, so that a file may have as long a name as the disk takes.</summary>
    private const string Unfinished = ".evidence-";

    /// <summary>
    /// Writes beside the file and renames at the end, when the bytes are on the disk: a file of that name is always a whole one, also after a power cut. What a run that
    /// was killed has left is removed. A link stays one: the file that it leads to is replaced. What is no file, a device or a pipe, is written to as it is.
    /// </summary>
    internal static async Task ReplaceAsync(string file, Func<Stream, Task> write)
    {
        if (string.IsNullOrWhiteSpace(file)) throw CliException.Usage("--output names no file");
        if (RegularFile.IsStream(file))
        {
            await WriteThroughAsync(file, write);
            return;
        }

        var target = TargetOf(file);
        if (Directory.Exists(target)) throw CliException.Usage($"{file} is a folder: name a file in it");
        var folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder)) throw CliException.Usage($"the folder {folder} is not there");
        await ReplaceAsync(folder, target, write);
    }

    private static async Task ReplaceAsync(string folder, string target, Func<Stream, Task> write)
    {
        RemoveLeftovers(folder);
        var unfinished = Path.Combine(folder, $"{Unfinished}{Environment.ProcessId}");
        try
        {
            await using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                await write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, target, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static async Task WriteThroughAsync(string device, Func<Stream, Task> write)
    {
        await using var stream = new FileStream(device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        await write(stream);
    }

    private static string TargetOf(string file) => Path.GetFullPath(new FileInfo(file).LinkTarget is null ? file : File.ResolveLinkTarget(file, returnFinalTarget: true)!.FullName);

    /// <summary>A run that still writes holds its file locked, so that it cannot be opened here.</summary>
    private static void RemoveLeftovers(string folder)
    {
        foreach (var leftover in Directory.EnumerateFiles(folder, $"{Unfinished}*").Where(static path => Path.GetFileName(path)[Unfinished.Length..].All(char.IsAsciiDigit)))
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

using Evidence.Core;

namespace Evidence.Cli;

/// <summary>Writes result files.</summary>
internal static class FileWriting
{
    /// <summary>The beginning of the names of files that are not whole yet; short, so that a file may have as long a name as the disk takes.</summary>
    private const string Unfinished = ".evidence-";

    private static readonly FileStreamOptions OwnersAlone = new() { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };

    /// <summary>
    /// Writes beside the file and renames at the end, when the bytes are on the disk: a file of that name is always a whole one, also after a power cut. What a run that
    /// was killed has left is removed. A link stays one: the file that it leads to is replaced. What is no file, a device or a pipe, is written to as it is.
    /// </summary>
    /// <param name="file">The file; only its owner can read it.</param>
    /// <param name="overwrite">Whether it may take the place of a file that is there.</param>
    /// <param name="write">Writes the bytes.</param>
    /// <exception cref="CliException">The name cannot be that of a result file, or a file is there that nobody said to replace.</exception>
    internal static async Task WriteAsync(string file, bool overwrite, Func<Stream, Task> write)
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
        CheckFree(file, overwrite);
        await WriteAsync(folder, target, overwrite, write);
    }

    private static async Task WriteAsync(string folder, string target, bool overwrite, Func<Stream, Task> write)
    {
        RemoveLeftovers(folder);
        var unfinished = Path.Combine(folder, $"{Unfinished}{Environment.ProcessId}");
        try
        {
            await using (var stream = new FileStream(unfinished, OwnersAlone))
            {
                await write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, target, overwrite);
        }
        catch (IOException) when (!overwrite && File.Exists(target))
        {
            throw IsThere(target); // it has come meanwhile
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Sees before anything else is done that no file is there that nobody said to replace.</summary>
    /// <exception cref="CliException">One is.</exception>
    internal static void CheckFree(string file, bool overwrite)
    {
        if (!overwrite && !RegularFile.IsStream(file) && File.Exists(file)) throw IsThere(file);
    }

    private static CliException IsThere(string file) => CliException.Usage($"{file} is there already and was left as it is: name another file, or give --force to replace it 文件已存在，未覆盖");

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

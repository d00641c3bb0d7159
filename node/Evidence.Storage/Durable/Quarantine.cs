using System.Globalization;
using System.Text;

namespace Evidence.Storage.Durable;

/// <summary>Keeps damaged bytes before they are replaced: <c>quarantine/UTC-what/</c> with the bytes and what was found.</summary>
internal sealed class Quarantine(string folder, IMedium medium, TimeProvider time)
{
    private const int CopyBuffer = 1 << 20;

    /// <summary>Keeps a range of a file. Durable on return. When it fails nothing stays of it: a part of it is no evidence, and takes up room.</summary>
    internal void KeepRange(string what, string path, long offset, long length, string findingJson)
    {
        var kept = NewFolder(what);
        try
        {
            Copy(kept, path, offset, length);
            Finish(kept, findingJson);
        }
        catch
        {
            TryRemove(kept);
            throw;
        }
    }

    /// <summary>Moves a file or folder here, if it is there.</summary>
    internal void Move(string what, string path, string findingJson)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) return;
        var kept = NewFolder(what);
        var target = Path.Combine(kept, Path.GetFileName(path));
        if (Directory.Exists(path)) medium.MoveFolder(path, target);
        else medium.Rename(path, target);
        Finish(kept, findingJson);
        medium.SyncFolder(Path.GetDirectoryName(path)!);
    }

    private void Copy(string kept, string path, long offset, long length)
    {
        using var source = FileReads.Open(path);
        using var copy = medium.Open(Path.Combine(kept, "bytes"), FileMode.CreateNew);
        var buffer = new byte[(int)Math.Min(length, CopyBuffer)];
        for (long done = 0; done < length;)
        {
            var read = FileReads.ReadFully(source, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - done)), offset + done);
            if (read == 0) break; // the file is shorter: what is missing cannot be kept
            copy.Write(buffer.AsSpan(0, read), done);
            done += read;
        }

        copy.Sync();
    }

    private void TryRemove(string kept)
    {
        try
        {
            medium.RemoveTree(kept);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the failure before this one is what is told
        }
    }

    private string NewFolder(string what)
    {
        var stamp = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        for (var again = 0; ; again++)
        {
            var path = Path.Combine(folder, again == 0 ? $"{stamp}-{what}" : string.Create(CultureInfo.InvariantCulture, $"{stamp}-{what}-{again}"));
            if (Directory.Exists(path)) continue;
            medium.CreateFolder(path);
            medium.SyncFolder(folder); // before anything lies only in it
            return path;
        }
    }

    private void Finish(string kept, string findingJson) => SmallFile.Replace(medium, Path.Combine(kept, "finding.json"), Encoding.UTF8.GetBytes(findingJson));
}

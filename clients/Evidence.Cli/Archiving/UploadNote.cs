using System.Text;
using System.Text.Json;
using Evidence.Client;
using Evidence.Core;

namespace Evidence.Cli.Archiving;

/// <summary>
/// Keeps the number of an upload under way, so that the same command goes on with it after this program was ended: a file in
/// <c>$XDG_STATE_HOME/evidence/uploads</c> (else <c>~/.local/state/evidence/uploads</c>), named after the node, the files as they are now, and what is said of them.
/// </summary>
internal sealed class UploadNote
{
    private readonly string _path;

    private UploadNote(string path) => _path = path;

    internal static UploadNote Of(string node, DraftFile file, RecordDraft draft)
    {
        var files = new[] { file.Content, file.Signature, file.Certificates }.Select(f => f is null ? "" : $"{f.FullName}\n{f.Length}\n{f.LastWriteTimeUtc.Ticks}");
        var text = JsonSerializer.Serialize((string[])[node, draft.Submitter, draft.Description.ToString(), .. files, .. draft.Parts.Select(p => p.Type)]);
        return new UploadNote(Path.Combine(Folder, Digest.Of(Encoding.UTF8.GetBytes(text)).ToString()));
    }

    private static string Folder => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"),
        "evidence", "uploads");

    internal string? Read() => File.Exists(_path) ? File.ReadAllText(_path).Trim() : null;

    // Without the note the upload still goes on, only not by another run of this program.
    internal void Write(string upload)
    {
        try
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(_path, upload + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    internal void Remove()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}

using System.Text;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.Durable;

namespace Evidence.Node.Monitoring.Comparing;

/// <summary>Compares the checkpoint file with the checkpoint that was published, and that with the log's key.</summary>
internal static class CheckpointComparison
{
    private const string Name = "checkpoint";

    private const int Looks = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>What is wrong, or null. What looks wrong is read again first: a newer checkpoint may just be taking the file's place, and is known in memory only once it is on the medium.</summary>
    internal static async Task<Finding?> FindAsync(LogStore store, TimeProvider time, CancellationToken ct)
    {
        var finding = Look(store);
        for (var look = 1; finding is not null && look < (finding.Code == FindingCodes.TileChanged ? Looks : 2); look++)
        {
            await Task.Delay(Pause, time, ct);
            finding = Look(store);
        }
        return finding;
    }

    private static Finding? Look(LogStore store)
    {
        var before = store.Checkpoint;
        byte[] bytes;
        try
        {
            bytes = MediumFile.ReadAll(Path.Combine(store.Folder, Name), out _);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return before is null ? null : Report(FindingCodes.TileMissing, "The checkpoint file is missing.");
        }
        catch (IOException e)
        {
            return Report(FindingCodes.TileUnreadable, $"The checkpoint file cannot be read: {e.Message}");
        }
        var after = store.Checkpoint;
        if (Is(bytes, before) || Is(bytes, after)) return null;
        return Explain(bytes, store.Keys, after);
    }

    private static bool Is(byte[] bytes, SignedNote? note) => note is not null && bytes.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(note.Encode()));

    private static Finding Explain(byte[] bytes, LogKeyHistory keys, SignedNote? published)
    {
        var expected = published is null ? null : Describe(published.Text);
        try
        {
            var note = SignedNote.Parse(bytes);
            return keys.SignerOf(note, Checkpoint.Parse(note.Text).Size) is not null
                ? Report(FindingCodes.TileChanged, "The checkpoint file is not the checkpoint that was published last.", expected, Describe(note.Text))
                : Report(FindingCodes.CheckpointSignatureWrong, "The checkpoint file carries no valid signature of the log.", expected, Describe(note.Text));
        }
        catch (FormatException e)
        {
            return Report(FindingCodes.TileChanged, $"The checkpoint file is no signed note any more: {e.Message}", expected);
        }
    }

    private static string Describe(string text) => text.Replace('\n', ' ').TrimEnd();

    private static Finding Report(string code, string message, string? expected = null, string? actual = null) =>
        new(code, Severity.Error, Layer.Log, Name, message, expected, actual);
}

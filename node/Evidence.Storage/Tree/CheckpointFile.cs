using System.Text;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Tree;

/// <summary>The published checkpoint, and the step that publishes: full tiles, partial tiles, checkpoint, then the removal of what they supersede.</summary>
internal sealed class CheckpointFile(string path, IMedium medium, TileFiles files, LogTree tree)
{
    private volatile Published? _published;

    /// <summary>What was published last, or null.</summary>
    internal Published? Current => _published;

    /// <summary>The checkpoint on disk: null when there is none.</summary>
    /// <exception cref="FormatException">The file is not a checkpoint of the log that its key has signed.</exception>
    internal static Published? Read(string path, LogKeyHistory keys)
    {
        if (!File.Exists(path)) return null;
        var note = SignedNote.Parse(File.ReadAllBytes(path));
        var checkpoint = Checkpoint.Parse(note.Text);
        if (checkpoint.Origin != keys.Origin) throw new FormatException($"the checkpoint is of the log {checkpoint.Origin}.");
        return keys.SignerOf(note, checkpoint.Size) is not null ? new Published(note, checkpoint) : throw new FormatException("the checkpoint is not signed by the log.");
    }

    /// <summary>Takes over what opening found on disk.</summary>
    internal void Load(Published? published) => _published = published;

    /// <summary>Writes everything that a reader of this checkpoint needs, then the checkpoint. The tree must have its root at its size.</summary>
    internal void Publish(Published next)
    {
        var before = PartialOf(_published);
        var after = PartialOf(next);
        var added = after.Except(before).ToArray();
        tree.SyncFull(); // a crash before this: full tiles in part, which nothing refers to and opening writes again
        foreach (var tile in added) files.Replace(tile, tree.Read(tile).Span);
        files.SyncFolders(added); // a crash before this: the old checkpoint with its tiles, and tiles that opening removes
        WriteFile(next);
        _published = next; // a crash from here on: the new checkpoint, and old partial tiles that opening removes
        foreach (var tile in before.Except(after)) RemoveSuperseded(tile, after);
    }

    /// <summary>Writes the file again as it was published.</summary>
    internal void Rewrite()
    {
        if (_published is { } published) WriteFile(published);
    }

    private void WriteFile(Published published) => SmallFile.Replace(medium, path, Encoding.UTF8.GetBytes(published.Note.Encode()));

    private void RemoveSuperseded(TileId tile, TileId[] live)
    {
        var stays = live.Where(l => l.Full == tile.Full).Cast<TileId?>().FirstOrDefault();
        files.RemovePartial(tile, stays);
    }

    private static TileId[] PartialOf(Published? published) => [.. TileFiles.Partial(published?.Checkpoint.Size ?? 0)];
}

/// <summary>A checkpoint as it was signed, and what it says.</summary>
internal sealed record Published(SignedNote Note, Checkpoint Checkpoint);

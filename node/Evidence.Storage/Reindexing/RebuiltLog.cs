using System.Globalization;
using System.Text;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Evidence.Storage.Tree;

namespace Evidence.Storage.Reindexing;

/// <summary>Index and tiles of a log as its volumes give them, beside the log. Disposing removes what is beside, unless <see cref="Install"/> has failed when the log was changed already: then the next reindexing does.</summary>
public sealed class RebuiltLog : IDisposable
{
    private readonly RebuiltParts _parts;
    private readonly List<Finding> _findings;
    private readonly IMedium _medium;
    private readonly Quarantine _quarantine;
    private Published? _published;
    private bool _isCheckpointUnusable;
    private ulong _confirmed; // so many leaves have the root that was signed or anchored, or that the framework gives

    private RebuiltLog(RebuiltParts parts, List<Finding> findings, IMedium medium, TimeProvider time)
    {
        (_parts, _findings, _medium) = (parts, findings, medium);
        _quarantine = new Quarantine(parts.Log.Quarantine, medium, time);
    }

    /// <summary>What is wrong with the volumes: each range that is not as it must be, the first leaf that is missing, a root that is not that of the checkpoint. Warnings do not keep the log from being installed.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Whether the volumes are whole and give the checkpoint's root. A checkpoint file that cannot be used says nothing of them: it is an error, and goes into quarantine when the log is installed, as when it is opened.</summary>
    public bool IsWhole => _findings.Count(f => f.Severity == Severity.Error) == (_isCheckpointUnusable ? 1 : 0);

    /// <summary>Leaves, up to the first that is missing.</summary>
    public ulong Size => _parts.Tree.Size;

    /// <summary>Root of the tree of <see cref="Size"/> leaves. Not to be relied on before <see cref="Confirm(CancellationToken)"/>.</summary>
    public Digest Root => _parts.Tree.Root;

    /// <summary>The checkpoint that the log published last, as its file has it, signed by the log; null when there is none that can be used.</summary>
    public Checkpoint? Checkpoint => _published?.Checkpoint;

    /// <summary>Number of volumes.</summary>
    public int Volumes => _parts.Spills.Count;

    /// <summary>Bytes of the volumes.</summary>
    public long Bytes => _parts.Spills.Sum(s => new FileInfo(_parts.Log.Volume(s.Volume)).Length);

    internal static RebuiltLog Compare(RebuiltParts parts, List<Finding> findings, IMedium medium, TimeProvider time, CancellationToken ct)
    {
        var log = new RebuiltLog(parts, findings, medium, time);
        log.CompareCheckpoint(ct);
        return log;
    }

    /// <summary>Whether the rebuilt tree has a root. A difference is confirmed by the framework's SHA-256, seal by seal, before it is one.</summary>
    /// <param name="size">Leaves; at most <see cref="Size"/>.</param>
    /// <param name="root">The root that was signed or anchored.</param>
    /// <param name="actual">The root that the volumes give.</param>
    /// <param name="ct">Ends the confirmation.</param>
    /// <exception cref="HashesDifferException">The two ways of hashing differ: this machine cannot be trusted with the work.</exception>
    public bool HasRoot(ulong size, Digest root, out Digest actual, CancellationToken ct)
    {
        actual = _parts.Tree.RootAt(size);
        if (actual == root)
        {
            _confirmed = Math.Max(_confirmed, size);
            return true;
        }

        Confirm(ct); // once, for as many differences as there are: then the tiles are right, and so is what the framework makes of them
        RequireSame(size, actual, _parts.Tree.PlainRootAt(size));
        return false;
    }

    /// <summary>Confirms the root by the framework's SHA-256, seal by seal, unless <see cref="HasRoot"/> was given the root of all leaves: tiles that were hashed many at once do not count by themselves.</summary>
    /// <param name="ct">Ends the confirmation.</param>
    /// <exception cref="HashesDifferException">The two ways of hashing differ: this machine cannot be trusted with the work.</exception>
    public void Confirm(CancellationToken ct)
    {
        if (_confirmed == Size) return;
        var progress = new ProgressCount(_parts.Progress, _parts.Keys.Origin, ReindexStage.Confirmation, (long)Size, ProgressCount.Leaves);
        RequireSame(Size, Root, PlainRoot.Of(SpilledSeals.InOrder(_parts.Spills), Size, progress, ct));
        _confirmed = Size;
    }

    /// <summary>Puts index and tiles in their places, and a checkpoint where the log has none that can be used. Durable on return; a crash on the way leaves a log that opens, with its old or its new index and tiles. What is replaced goes into quarantine.</summary>
    /// <param name="checkpoint">A checkpoint of this tree, signed by the log, for a log that has none; else null.</param>
    /// <exception cref="InvalidOperationException">The volumes are not whole, or the root is not confirmed.</exception>
    public void Install(SignedNote? checkpoint)
    {
        if (!IsWhole) throw new InvalidOperationException("The volumes are not whole.");
        if (_confirmed != Size) throw new InvalidOperationException("The root is not confirmed.");
        var next = _published ?? (checkpoint is null ? null : new Published(checkpoint, Core.Notes.Checkpoint.Parse(checkpoint.Text)));
        WritePartial(next);
        _parts.Tree.SyncFull();
        _parts.Beside.Install();
        if (_published is null) _quarantine.Move("checkpoint", _parts.Log.Checkpoint, FindingText.Of(Unusable)); // if there is one, as opening would
        if (next is null || next == _published) return;
        SmallFile.Replace(_medium, _parts.Log.Checkpoint, Encoding.UTF8.GetBytes(next.Note.Encode())); // a crash before this: no checkpoint, and partial tiles that opening removes
        _published = next;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var spill in _parts.Spills) spill.Dispose();
        if (!_parts.Beside.IsInstalling) _parts.Beside.Remove();
    }

    private static Finding Unusable => new(FindingCodes.TileUnreadable, Severity.Error, Layer.Log, "checkpoint", "The checkpoint could not be used when the log was reindexed.");

    private void RequireSame(ulong size, Digest root, Digest plain)
    {
        if (plain != root) throw new HashesDifferException($"This machine hashes the same {size} leaves of {_parts.Keys.Origin} to {root} and to {plain}. Nothing of this log was changed. Have its processor and memory checked, and reindex on another machine.");
    }

    private void WritePartial(Published? next)
    {
        var partial = TileFiles.Partial(next?.Checkpoint.Size ?? 0).ToArray();
        foreach (var tile in partial) _parts.Beside.TileFiles.Replace(tile, _parts.Tree.Read(tile).Span);
        _parts.Beside.TileFiles.SyncFolders(partial);
    }

    private void CompareCheckpoint(CancellationToken ct)
    {
        _published = ReadCheckpoint();
        if (_published?.Checkpoint is not { } checkpoint) return;
        if (checkpoint.Size > Size)
            Report(FindingCodes.SealMissing, Severity.Error, string.Create(CultureInfo.InvariantCulture, $"The checkpoint is of {checkpoint.Size} leaves; the volumes give {Size}."));
        else if (!HasRoot(checkpoint.Size, checkpoint.Root, out var actual, ct))
            Report(FindingCodes.LeafChanged, Severity.Error, string.Create(CultureInfo.InvariantCulture, $"The volumes give another root at {checkpoint.Size} leaves than the checkpoint."), checkpoint.Root, actual);
    }

    private Published? ReadCheckpoint()
    {
        try
        {
            var published = CheckpointFile.Read(_parts.Log.Checkpoint, _parts.Keys);
            if (published is null) Report(FindingCodes.TileMissing, Severity.Warning, "The log has no checkpoint file.");
            return published;
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            _isCheckpointUnusable = true;
            Report(FindingCodes.TileUnreadable, Severity.Error, $"The checkpoint file cannot be used: {e.Message}");
            return null;
        }
    }

    private void Report(string code, Severity severity, string message, Digest? expected = null, Digest? actual = null) =>
        _findings.Add(new Finding(code, severity, Layer.Log, "checkpoint", message, expected?.ToString(), actual?.ToString()));
}

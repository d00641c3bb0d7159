using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Replication;
using Evidence.Node.Restoring;
using Evidence.Storage;
using Evidence.Storage.Durable;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Node.Rotating;

/// <summary>Hands the key of a stopped node's own log on to a new one. What a crash leaves, the next run brings to its end.</summary>
public static class LogKeyRotation
{
    /// <summary>
    /// Signs a last checkpoint with the old key, makes a new key, has both sign the rotation, and puts the new key in the old one's place. The log stays the log that it was: its origin and its id on the ledger are those of its first key.
    /// A rotation that was begun and not ended is ended; no other one is begun then.
    /// </summary>
    /// <param name="configPath">The node's node.json.</param>
    /// <param name="discardOld">Whether the old key is removed; else it stays beside, to sign anew what it signed when a proof of an anchor is lost.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends it before the rotation is signed, or after it.</param>
    /// <exception cref="ConfigurationException">The configuration has errors; all of them are named.</exception>
    /// <exception cref="KeyFileException">A key cannot be used.</exception>
    /// <exception cref="StorageException">The data folder is in use by a node, or the log is not one that may be signed on: nothing was changed.</exception>
    public static async Task<LogKeyRotated> RunAsync(string configPath, bool discardOld, TimeProvider time, CancellationToken ct)
    {
        var options = NodeOptionsReader.Read(configPath);
        var files = new LogKeyFiles(options);
        using var folder = DataFolder.Open(options.DataFolder);
        RestoreMark.Check(options.DataFolder);
        var old = files.ReadCurrent();
        var history = files.ReadHistory(old.Key);
        var begun = !history.Current.Equals(old.Key);
        if (begun && (history.Rotations is not [.., var last] || !last.Old.Equals(old.Key) || !files.IsNext(last.New))) files.HistoryOf(old.Key);
        if (!begun) history = await SignAsync(options, files, old, history, time, ct);
        // A crash from here on: the history names a key that is not in its place yet, and no node runs until this has been done.
        await (await OpenAsync(options, history, time, ct)).DisposeAsync();
        if (!discardOld) files.Retire(old.Key);
        files.Promote();
        var rotation = history.Rotations[^1];
        return new LogKeyRotated(history.Origin, history.LogId, rotation.Old.ToString(), rotation.New.ToString(), rotation.Size, rotation.Root, begun, discardOld ? null : files.RetiredPath(old.Key));
    }

    private static async Task<LogKeyHistory> SignAsync(NodeOptions options, LogKeyFiles files, LogSigner old, LogKeyHistory history, TimeProvider time, CancellationToken ct)
    {
        await using var log = await OpenAsync(options, history, time, ct);
        if (!log.Keys.Current.Equals(old.Key)) throw new StorageException($"The key of {log.Origin} was handed on to {log.Keys.Current}, and the keys in {options.KeysFolder} are older. Restore the newer ones.");
        if (WhyNot(log) is { } reason) throw new StorageException($"The key of {log.Origin} was not rotated: {reason}");
        await log.PublishAsync(old, ct); // a crash after this: the log as it was, with its newest checkpoint
        var next = files.MakeNext(); // a crash after this: a key that has signed nothing, which the next run takes
        ct.ThrowIfCancellationRequested(); // from here on it goes through
        var signed = history.With(RotationNote.Sign(old, next, log.Size, log.RootAt(log.Size)));
        files.WriteHistory(signed);
        return signed;
    }

    /// <summary>Whatever the old key signed beyond this size would be worth nothing from now on.</summary>
    private static string? WhyNot(LogStore log)
    {
        if (log.AppendRefusal is { } refusal) return refusal;
        var anchored = log.Anchors.Read().Select(SizeOf).DefaultIfEmpty().Max();
        return anchored > log.Size ? $"it has {log.Size} leaves, and {anchored} are anchored. Start the node and let it catch up first." : null;
    }

    private static ulong SizeOf(byte[] entry)
    {
        try
        {
            return AnchorEntry.Parse(entry).Size;
        }
        catch (FormatException)
        {
            return 0; // damaged: the sweep names it
        }
    }

    private static Task<LogStore> OpenAsync(NodeOptions options, LogKeyHistory keys, TimeProvider time, CancellationToken ct) =>
        LogStore.OpenAsync(LogFolders.PathOf(options.DataFolder, keys.First), keys.Origin, keys, new LogStoreOptions { VolumeBytes = options.VolumeBytes, StagingReserveBytes = options.Uploads.ReserveBytes }, time, NullLogger<LogStore>.Instance, ct);
}

/// <summary>What a rotation came to.</summary>
/// <param name="Origin">The log.</param>
/// <param name="LogId">Its id on the ledger, which stays.</param>
/// <param name="OldKey">The verifier key that signs up to <paramref name="Size"/>.</param>
/// <param name="NewKey">The verifier key that signs from there on.</param>
/// <param name="Size">Leaves at the rotation.</param>
/// <param name="Root">Root of the tree of those.</param>
/// <param name="Resumed">Whether it was begun by an earlier run.</param>
/// <param name="RetiredFile">Where the old key is kept; null when it was discarded.</param>
public sealed record LogKeyRotated(string Origin, Digest LogId, string OldKey, string NewKey, ulong Size, Digest Root, bool Resumed, string? RetiredFile);

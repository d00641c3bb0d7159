using System.Globalization;
using Evidence.Core.Log;
using Evidence.Core.Verification;
using Evidence.Storage.Repair;
using Evidence.Storage.Tree;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Recovery;

/// <summary>Brings a log into step with its volumes. Runs at every opening; after a clean stop it finds nothing to do. Whatever it writes, a crash within it leaves a log that it mends again.</summary>
internal sealed class LogRecovery(LogStore store)
{
    /// <summary>The checkpoint, or null when it is missing or damaged.</summary>
    internal static Published? LoadCheckpoint(LogStore store)
    {
        try
        {
            var published = CheckpointFile.Read(store.Files.Checkpoint, store.Keys);
            if (published is null && store.Anchors.Count + store.Cosignatures.Count > 0) // what is anchored or cosigned was published before
                store.Report(new Finding(FindingCodes.TileMissing, Severity.Error, Layer.Log, "checkpoint", "The published checkpoint is missing."));
            return published;
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            var finding = new Finding(FindingCodes.TileUnreadable, Severity.Error, Layer.Log, "checkpoint", $"The published checkpoint cannot be used: {e.Message}");
            store.Report(finding);
            store.Quarantine.Move("checkpoint", store.Files.Checkpoint, FindingText.Of(finding));
            return null;
        }
    }

    internal async Task RunAsync(bool rebuildIndex, CancellationToken ct)
    {
        RemoveTemporary();
        var treeIsSound = TreeLoading.FromTiles(store);
        var intake = new VolumeIntake(store, rebuildIndex);
        foreach (var covered in Known()) await intake.TakeInAsync(covered, ct);
        if (!treeIsSound) treeIsSound = new TileRebuild(store).TryLoad(ct);
        if (treeIsSound) TreeLoading.Extend(store);
        var unproven = AssessCheckpoint(treeIsSound);
        foreach (var tail in intake.Tails) Settle(tail, cut: unproven is null && !tail.WasClosed);
        store.Behind = unproven ?? (intake.Tails.Any(t => t.WasClosed) ? AssessClosed() : null) ?? AssessEnd();
        store.TileFiles.RemoveStray(store.Published.Current?.Checkpoint.Size ?? 0);
        StorageLog.Opened(store.Logger, store.Origin, store.Size, store.Volumes.Count);
    }

    /// <summary>Looks again whether the log is behind its checkpoint, after a repair. Leaves that came from elsewhere may be as many as were signed and not the same ones: to sign on from them would fork the log, so the tree grows only from the checkpoint's root.</summary>
    internal void AssessAgain()
    {
        var size = store.Published.Current?.Checkpoint.Size ?? 0;
        var sound = store.Size >= size || (store.Index.FindLeaf(size - 1) is not null && new TileRebuild(store).TryLoad(CancellationToken.None));
        if (sound) TreeLoading.Extend(store);
        store.Behind = AssessCheckpoint(sound) ?? (store.Behind is null ? null : AssessClosed()) ?? AssessEnd();
    }

    /// <summary>Why what is here does not make up what was published, or null.</summary>
    private string? AssessCheckpoint(bool treeIsSound)
    {
        var size = store.Published.Current?.Checkpoint.Size ?? 0;
        if (!treeIsSound) return Say($"Neither the tiles nor the volumes of {store.Origin} give the root of its own checkpoint of {size} leaves. Restore the volumes from a replica.");
        for (var leaf = size - Math.Min(size, TileId.FullWidth); leaf < size; leaf++)
            if (store.Index.FindLeaf(leaf) is null) return Say($"{store.Origin} is behind its own checkpoint of {size} leaves: leaf {leaf} is not in its volumes. Restore them from a replica.");
        return null;
    }

    /// <summary>Why a volume that was closed is not whole, or null. It was synced before it was closed, so that what cannot be made out in it is damage and never an append that was broken off. Not while a volume is being closed.</summary>
    private string? AssessClosed() => store.VolumeSet.All.FirstOrDefault(v => !v.Closed && LengthOf(v.Number) > v.DurableLength && EndsClosed(v.Number)) is { } damaged
        ? Say($"Volume {damaged.Number} of {store.Origin} was closed, and is damaged behind its first {damaged.DurableLength} bytes. Restore it from a replica.")
        : null;

    private bool EndsClosed(uint volume)
    {
        using var source = new VolumeFileSource(store.Files.Volume(volume), long.MaxValue, fromMedium: false);
        return VolumeIntake.EndsClosed(source);
    }

    /// <summary>Why nothing can follow at the end of what is here, or null.</summary>
    private string? AssessEnd()
    {
        if (store.Index.HasLeafFrom(store.Size)) return Say($"{store.Origin} has leaves behind its end at {store.Size}: leaf {store.Size} is missing. Restore its volume from a replica.");
        return store.VolumeSet.Open is { } open && Math.Max(0, LengthOf(open.Number)) < open.DurableLength
            ? Say($"Volume {open.Number} of {store.Origin} is shorter than the {open.DurableLength} bytes that it had. Restore it from a replica.")
            : null;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private IEnumerable<VolumeState> Known()
    {
        // A volume of which nothing was ever taken in and that is not there was never one: a stray file that somebody has removed again.
        var covered = store.Index.Volumes().Where(v => v.DurableLength > 0 || LengthOf(v.Number) >= 0).ToDictionary(v => v.Number);
        foreach (var path in Directory.EnumerateFiles(store.Files.Volumes))
        {
            if (!VolumeName.TryParseFile(Path.GetFileName(path), out var number))
                store.Report(new Finding(FindingCodes.VolumeUnexpected, Severity.Error, Layer.Storage, path, "The file does not belong among the volumes."));
            else covered.TryAdd(number, new VolumeState(number, 0, false));
        }

        var highest = covered.Count == 0 ? 0 : covered.Keys.Max();
        for (uint number = 1; number < highest; number++)
            if (!covered.ContainsKey(number)) store.Report(new Finding(FindingCodes.VolumeMissing, Severity.Error, Layer.Storage, VolumeName.FileOf(number), "The volume is missing."));
        return covered.Values.OrderBy(v => v.Number);
    }

    // Bytes that make no record behind the last one that does: as a rule an append that never came to its end, so that nobody was told of it. They are kept aside, since what a fault of the medium leaves looks alike.
    private void Settle(TornTail tail, bool cut)
    {
        var (path, length) = (store.Files.Volume(tail.Volume), tail.Length - tail.Keep);
        var finding = WalkFindings.Range(FindingCodes.VolumeUnexpected, tail.Volume, tail.Keep, length, "Behind the last whole record; cut off.");
        if (!cut) store.Report(WalkFindings.Range(FindingCodes.VolumeChanged, tail.Volume, tail.Keep, length, "This range cannot be taken in, and is no append that was broken off."));
        if (!cut) return;
        if (tail.HoldsRecords) store.Report(finding with { Message = "Whole records followed an incomplete one; they were cut off with it. None of them was published; whether any was acknowledged is not known. They are in quarantine." });
        store.Quarantine.KeepRange(VolumeName.Of(tail.Volume), path, tail.Keep, length, FindingText.Of(finding));
        using var file = store.Medium.Open(path, FileMode.Open);
        file.SetLength(tail.Keep);
        file.Sync(); // a crash before this: the same tail is found and cut off again
        StorageLog.TornTail(store.Logger, store.Origin, tail.Volume, tail.Length, tail.Keep);
    }

    private long LengthOf(uint volume) => new FileInfo(store.Files.Volume(volume)) is { Exists: true } file ? file.Length : -1;

    private void RemoveTemporary()
    {
        foreach (var folder in (string[])[store.Files.Root, store.Files.Volumes])
            foreach (var path in Directory.EnumerateFiles(folder, "*" + Durable.SmallFile.TemporarySuffix)) store.Medium.Delete(path);
    }
}

using Evidence.Storage.Index;
using Evidence.Storage.Recovery;

namespace Evidence.Storage.Mirroring;

/// <summary>Takes a mirror back to its published checkpoint, or to a size beyond it. Within a volume leaves only grow, so each volume is cut where the first later leaf begins.</summary>
internal sealed class RollBack(LogStore store)
{
    internal async Task RunAsync(ulong size, string findingJson, CancellationToken ct)
    {
        foreach (var state in store.VolumeSet.All) await CutAsync(state, size, findingJson, ct);
        store.ReloadTree();
        new LogRecovery(store).AssessAgain();
    }

    private async Task CutAsync(VolumeState state, ulong size, string findingJson, CancellationToken ct)
    {
        var path = store.Files.Volume(state.Number);
        if (!File.Exists(path)) return;
        var (keep, later) = await LaterAsync(state, size, ct);
        if (later.Count == 0) return;
        var next = new VolumeState(state.Number, keep, false);
        store.Quarantine.KeepRange(VolumeName.Of(state.Number), path, keep, state.DurableLength - keep, findingJson);
        // Index first: a crash before the cut leaves records that opening takes in again, as before.
        store.Index.Remove(later, state.Number, keep == 0 ? null : next);
        using (var file = store.Medium.Open(path, FileMode.Open))
        {
            file.SetLength(keep);
            file.Sync();
        }

        if (keep == 0) Forget(state.Number, path);
        else store.VolumeSet.Set(next);
    }

    private void Forget(uint volume, string path)
    {
        store.Medium.Delete(path);
        store.Medium.SyncFolder(store.Files.Volumes);
        store.VolumeSet.Remove(volume);
    }

    private async Task<(long Keep, List<IndexedRecord> Later)> LaterAsync(VolumeState state, ulong size, CancellationToken ct)
    {
        var later = new List<IndexedRecord>();
        var keep = state.DurableLength;
        using var source = store.OpenVolume(state.Number, fromMedium: false);
        await foreach (var item in VolumeWalker.WalkAsync(source, store.WalkOf(state.Number) with { HashContent = false, LeafHash = null }, ct))
        {
            if (item.Record is not { } record || record.Place.Leaf < size) continue;
            if (later.Count == 0) keep = item.Offset;
            later.Add(IndexedRecord.Of(record));
        }

        return (keep, later);
    }
}

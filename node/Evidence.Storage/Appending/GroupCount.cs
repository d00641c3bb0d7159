using Evidence.Storage.Index;
using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Appending;

/// <summary>Lets durable records count: index, tree, and then whoever waits for them.</summary>
internal sealed class GroupCount(LogStore store) : IDisposable
{
    private readonly IndexBatch _batch = new();

    /// <summary>Counts the records of a group.</summary>
    /// <exception cref="LevelDbException">The index could not be written; none of them counts.</exception>
    internal void Count(AppendGroup group)
    {
        Count(group.Records, group.State);
        if (group.Volume.Manifest is { } manifest)
            foreach (var record in group.Records) manifest.Add(record);
    }

    /// <summary>Counts records whose leaves follow the tree's.</summary>
    /// <exception cref="LevelDbException">The index could not be written; none of them counts.</exception>
    internal void Count(IReadOnlyList<PendingAppend> records, VolumeState state)
    {
        _batch.Clear();
        foreach (var record in records) _batch.Add(record.Indexed);
        store.Index.Add(_batch, state); // a crash after this: records that lack only their leaves, which opening puts into the tree
        foreach (var record in records) store.Tree.Append(record.SealBytes, record.LeafHash);
        store.VolumeSet.Set(state);
        store.Tree.Commit();
        foreach (var record in records) record.Complete();
    }

    internal static StorageFullException NotStored(LogStore store, LevelDbException e) =>
        new($"The index of {store.Origin} could not be written, so the records were not stored: {e.Message}", e);

    public void Dispose() => _batch.Dispose();
}

using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage.Appending;
using Evidence.Storage.Uploads;

namespace Evidence.Storage;

/// <summary>Appends records to the node's own log: one writer, many records a sync (group commit).</summary>
public sealed class RecordAppender : IAsyncDisposable
{
    private readonly LogStore _store;
    private readonly string _stagingFolder;
    private readonly AppendQueue _queue;
    private readonly AppendWriter _writer;
    private readonly MemoryBudget _uploads;

    /// <summary>Starts the writer of <paramref name="store"/> and removes what an earlier process left in the staging folder. One appender a log.</summary>
    public RecordAppender(LogStore store)
    {
        _store = store;
        _stagingFolder = store.Files.Staging(store.Options);
        UploadFolder.RemoveLeftovers(store.Medium, _stagingFolder);
        _uploads = new MemoryBudget(store.Options.UploadBytes);
        _queue = new AppendQueue(store.Options.QueueCapacity, store.Options.QueueBytes);
        _writer = new AppendWriter(store, _queue);
    }

    /// <summary>Ends when every volume that was full is closed.</summary>
    internal Task VolumesClosed => _writer.VolumesClosed;

    /// <summary>Begins a record.</summary>
    public StagedRecord Begin(RecordId id) => new(id, _store.Options, _stagingFolder, memory: _uploads);

    /// <summary>Appends a record with its seal. When this returns, the record is on the medium (fdatasync of the volume) and its seal is a leaf of the tree.</summary>
    /// <exception cref="ArgumentException">The seal does not list exactly the record's parts, in their order, or is not the record's.</exception>
    /// <exception cref="FormatException">The seal breaks a rule of its format, or is too large.</exception>
    /// <exception cref="DuplicateRecordException">The log has a record of this number.</exception>
    /// <exception cref="StorageFullException">The disk is full; the record was not stored.</exception>
    /// <exception cref="LogBehindException">The log is behind its own checkpoint; the record was not stored.</exception>
    /// <exception cref="StorageFailedException">A write or sync failed, now or before; whether the record is stored shows when the log is opened again.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the record was written. Later cancellation has no effect.</exception>
    public Task<Appended> AppendAsync(StagedRecord record, Seal seal, CancellationToken ct)
    {
        var entering = EnqueueAsync(record, seal, ct);
        return entering.IsCompletedSuccessfully ? entering.Result : WaitAsync(entering);
    }

    /// <summary>
    /// As <see cref="AppendAsync"/> in two steps: the first ends when the record is let in, which waits while the records on their way hold as much memory as they may; its result ends when the record is durable.
    /// Records that are let in one after the other become durable in that order.
    /// </summary>
    public ValueTask<Task<Appended>> EnqueueAsync(StagedRecord record, Seal seal, CancellationToken ct)
    {
        try
        {
            CheckSeal(record, seal);
            if (_store.Failure is { } failure) throw new StorageFailedException(failure);
            _store.Room.Check();
            return record.IsOnDisk || record.Upload is not null ? EnqueueStagedAsync(record, seal, ct) : EnqueueInMemory(record, seal, ct);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<Task<Appended>>(e);
        }
    }

    /// <summary>Writes what is waiting, then ends the writer.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.End();
        await _writer.Ended;
    }

    // Where there is room nothing is made that lives until the record is durable: all that is on its way is looked at by each garbage collection.
    private ValueTask<Task<Appended>> EnqueueInMemory(StagedRecord record, Seal seal, CancellationToken ct)
    {
        var append = new PendingAppend(record, seal, seal.Encode(), ct);
        var entering = _queue.EnterAsync(append);
        return entering.IsCompletedSuccessfully ? new(append.Task) : EnteredAsync(entering, append);
    }

    private async ValueTask<Task<Appended>> EnqueueStagedAsync(StagedRecord record, Seal seal, CancellationToken ct)
    {
        await SyncStagedAsync(record);
        var append = new PendingAppend(record, seal, seal.Encode(), ct);
        return await EnteredAsync(_queue.EnterAsync(append), append);
    }

    private static async ValueTask<Task<Appended>> EnteredAsync(ValueTask entering, PendingAppend append)
    {
        await entering;
        return append.Task;
    }

    private static async Task<Appended> WaitAsync(ValueTask<Task<Appended>> entering) => await await entering;

    // Most of a large record is on the medium before its turn comes, so that others do not wait for it.
    private static async Task SyncStagedAsync(StagedRecord record)
    {
        try
        {
            await record.UnspillAsync();
            if (record.File is { } file) await file.SyncAsync();
        }
        catch (IOException e)
        {
            throw new StorageFailedException($"The upload of {record.Id} could not be synced: {e.Message} Send it again.", e);
        }
    }

    private static void CheckSeal(StagedRecord record, Seal seal)
    {
        if (seal.Record != record.Id) throw new ArgumentException($"The seal is that of {seal.Record}, not of {record.Id}.", nameof(seal));
        if (RecordLayout.MtimeOf(seal) is < 0 or > TarHeader.MaxSize) throw new ArgumentException("The seal's time is not one that a tar header can hold.", nameof(seal));
        if (!ListsParts(seal, record.Parts)) throw new ArgumentException("The seal does not list the record's parts, with their sizes and digests, in the order in which they were received.", nameof(seal));
    }

    private static bool ListsParts(Seal seal, IReadOnlyList<StoredPart> parts)
    {
        if (seal.Parts.Count != parts.Count) return false;
        for (var i = 0; i < parts.Count; i++)
        {
            var (said, stored) = (seal.Parts[i], parts[i]);
            if (said.Name != stored.Name || said.Size != stored.Size || said.Sha256 != stored.Sha256) return false;
        }

        return true;
    }
}

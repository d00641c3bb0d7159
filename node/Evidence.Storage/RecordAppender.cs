using System.Threading.Channels;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage.Appending;
using Evidence.Storage.Uploads;
using Evidence.Storage.Volumes;

namespace Evidence.Storage;

/// <summary>Appends records to the node's own log: one writer, many records a sync (group commit).</summary>
public sealed class RecordAppender : IAsyncDisposable
{
    private readonly LogStore _store;
    private readonly string _stagingFolder;
    private readonly Channel<PendingAppend> _queue;
    private readonly GroupCommit _commit;
    private readonly Task _writer;

    /// <summary>Starts the writer of <paramref name="store"/> and removes what an earlier process left in the staging folder. One appender a log.</summary>
    public RecordAppender(LogStore store)
    {
        _store = store;
        _stagingFolder = store.Files.Staging(store.Options);
        UploadFolder.RemoveLeftovers(store.Medium, _stagingFolder);
        _queue = Channel.CreateBounded<PendingAppend>(new BoundedChannelOptions(store.Options.QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _commit = new GroupCommit(store);
        _writer = Task.Run(WriteBatchesAsync);
    }

    /// <summary>Begins a record.</summary>
    public StagedRecord Begin(RecordId id) => new(id, _store.Options, _stagingFolder);

    /// <summary>Appends a record with its seal. When this returns, the record is on the medium (fdatasync of the volume) and its seal is a leaf of the tree.</summary>
    /// <exception cref="ArgumentException">The seal does not list exactly the record's parts, in their order, or is not the record's.</exception>
    /// <exception cref="DuplicateRecordException">The log has a record of this number.</exception>
    /// <exception cref="StorageFullException">The disk is full; the record was not stored.</exception>
    /// <exception cref="LogBehindException">The log is behind its own checkpoint; the record was not stored.</exception>
    /// <exception cref="StorageFailedException">A write or sync failed, now or before; whether the record is stored shows when the log is opened again.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the record was written. Later cancellation has no effect.</exception>
    public async Task<Appended> AppendAsync(StagedRecord record, Seal seal, CancellationToken ct)
    {
        CheckSeal(record, seal);
        if (_store.Failure is { } failure) throw new StorageFailedException(failure);
        await SyncStagedAsync(record);
        var append = new PendingAppend(record, seal, seal.Encode(), ct);
        try
        {
            await _queue.Writer.WriteAsync(append, ct);
        }
        catch (ChannelClosedException)
        {
            throw new StorageException("The log is being closed; the record was not stored.");
        }

        return await append.Done.Task;
    }

    /// <summary>Writes what is waiting, then ends the writer.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete()) return;
        await _writer;
        _commit.Dispose();
    }

    private async Task WriteBatchesAsync()
    {
        var batch = new List<PendingAppend>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            var bytes = Take(batch, 0);
            if (_store.Options.GroupWait > TimeSpan.Zero && !IsFull(batch, bytes))
            {
                await Task.Delay(_store.Options.GroupWait, _store.Time);
                Take(batch, bytes);
            }

            await WriteAsync(batch);
        }
    }

    // Whatever goes wrong, whoever waits is told, and the writer goes on.
    private async Task WriteAsync(List<PendingAppend> batch)
    {
        try
        {
            await _commit.WriteAsync(batch);
        }
        catch (Exception e)
        {
            foreach (var append in batch) append.Done.TrySetException(new StorageException($"The record could not be stored: {e.Message}", e));
        }
    }

    private long Take(List<PendingAppend> batch, long bytes)
    {
        while (!IsFull(batch, bytes) && _queue.Reader.TryRead(out var append))
        {
            batch.Add(append);
            bytes += append.Record.File is null ? append.Length : 0;
        }

        return bytes;
    }

    private bool IsFull(List<PendingAppend> batch, long bytes) => batch.Count >= _store.Options.BatchRecords || bytes >= _store.Options.BatchBytes;

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
        var sealed_ = seal.Parts.Select(p => new StoredPart(p.Name, p.Size, p.Sha256));
        if (!sealed_.SequenceEqual(record.Parts)) throw new ArgumentException("The seal does not list the record's parts, with their sizes and digests, in the order in which they were received.", nameof(seal));
    }
}

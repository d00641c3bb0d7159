using Evidence.Core;
using Evidence.Core.Seals;

namespace Evidence.Storage;

/// <summary>Appends records to the node's own log: one writer, many records a sync (group commit).</summary>
public sealed class RecordAppender : IAsyncDisposable
{
    /// <summary>Starts the writer of <paramref name="store"/> and removes what an earlier process left in the staging folder. One appender a log.</summary>
    /// <exception cref="LogBehindException">The log is behind its own checkpoint.</exception>
    public RecordAppender(LogStore store) => throw new NotImplementedException();

    /// <summary>Begins a record.</summary>
    public StagedRecord Begin(RecordId id) => throw new NotImplementedException();

    /// <summary>Appends a record with its seal. When this returns, the record is on the medium (fdatasync of the volume) and its seal is a leaf of the tree.</summary>
    /// <exception cref="ArgumentException">The seal does not list exactly the record's parts, in their order, or is not the record's.</exception>
    /// <exception cref="DuplicateRecordException">The log has a record of this number.</exception>
    /// <exception cref="StorageFullException">The disk is full; the record was not stored.</exception>
    /// <exception cref="StorageFailedException">A write or sync failed, now or before; whether the record is stored shows when the log is opened again.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the record was written. Later cancellation has no effect.</exception>
    public Task<Appended> AppendAsync(StagedRecord record, Seal seal, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Writes what is waiting, then ends the writer.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Appending;

/// <summary>
/// The one writer of a log, on a thread of its own: volume, sync, index, tree, in this order, for many records at once. While one group is synced the next is written behind it; each counts only after the one before.
/// A crash before a sync leaves bytes that opening cuts off or, when they are whole records, takes in; a crash after it leaves records that opening takes into index and tree. Nobody is told before all four are done.
/// </summary>
internal sealed class AppendWriter
{
    private const int GroupsAtATime = 256; // then others get at the log, if they wait for it
    private const int Sparse = 256; // a group of fewer takes more while it waits for the sync before

    private readonly LogStore _store;
    private readonly AppendQueue _queue;
    private readonly VolumeWriter _volumes;
    private readonly GroupCount _count;
    private readonly RecentRecords _recent;
    private readonly SyncThread _sync = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _changes;

    internal AppendWriter(LogStore store, AppendQueue queue)
    {
        (_store, _queue) = (store, queue);
        (_volumes, _count, _recent) = (new VolumeWriter(store), new GroupCount(store), new RecentRecords(store));
        new Thread(Run) { IsBackground = true, Name = "evidence writer" }.Start();
    }

    /// <summary>Ends when the queue has ended and all of it is written.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Ends when all volumes that were full are closed.</summary>
    internal Task VolumesClosed => _volumes.Closing.Done;

    private void Run()
    {
        while (_queue.Wait())
        {
            if (_store.Options.GroupWait > TimeSpan.Zero) Task.Delay(_store.Options.GroupWait, _store.Time).GetAwaiter().GetResult();
            _store.Gate.Wait();
            try
            {
                WriteWaiting();
            }
            finally
            {
                _store.Gate.Release();
            }
        }

        _sync.Dispose();
        _volumes.Dispose();
        _count.Dispose();
        _volumes.Closing.Done.ContinueWith(_ => _ended.SetResult(), TaskScheduler.Default);
    }

    private void WriteWaiting()
    {
        LookAgainAfterOthers();
        AppendGroup? syncing = null, next = null;
        try
        {
            for (var groups = 0; ; groups++)
            {
                next = groups < GroupsAtATime ? Next(syncing) : null;
                if (next is null && syncing is null) break;
                syncing = Settle(syncing, next);
            }
        }
        catch (Exception e)
        {
            // No step should let anything through. Whoever waits is told all the same, and so is whoever comes next.
            var failure = Failed($"The writer of {_store.Origin} failed", e);
            _sync.Wait();
            foreach (var group in (AppendGroup?[])[syncing, next]) Tell(group?.Records ?? [], failure);
        }

        if (_store.Failure is not null) _volumes.Reset(); // a handle that failed is not trusted again
    }

    private void LookAgainAfterOthers()
    {
        if (_changes == _store.Changes) return;
        _changes = _store.Changes;
        _volumes.Reset();
        _recent.Clear();
    }

    /// <summary>The next group, written but not synced; null when nothing waits, or when what waits must come alone after <paramref name="syncing"/>.</summary>
    private AppendGroup? Next(AppendGroup? syncing)
    {
        while (_queue.TryPeek(out var first))
        {
            var alone = first.Record.File is not null || !_volumes.HasRoom(first);
            if (alone && syncing is not null) return null;
            if (first.Record.File is not null) WriteStaged(_queue.Take());
            else if (alone) _volumes.Change();
            else if (Begin(syncing) is { } group) return group;
        }

        return null;
    }

    private AppendGroup? Begin(AppendGroup? syncing)
    {
        var records = new List<PendingAppend> { _queue.Take() };
        try
        {
            ThrowIfRefused();
            var group = _volumes.Begin(syncing?.NextLeaf ?? _store.Tree.Size);
            return Fill(group, records) && group.Records.Count > 0 ? group : null;
        }
        catch (Exception e)
        {
            Tell(records, e as StorageException ?? new StorageException($"A volume of {_store.Origin} could not be opened, so the record was not stored: {e.Message}", e));
            return null;
        }
    }

    /// <summary>Writes records, and what else fits, behind those of a group; false when the group must be given up.</summary>
    private bool Fill(AppendGroup group, List<PendingAppend> records)
    {
        var length = records.Sum(static r => r.Length);
        var room = Math.Min(_store.Options.VolumeBytes - group.End, _store.Options.BatchBytes - (group.End - group.Start));
        _queue.Take(records, _store.Options.BatchRecords - records.Count - group.Records.Count, room - length);
        try
        {
            Refuse(records);
            if (records.Count > 0) group.Write(records);
            return true;
        }
        catch (Exception e) when (e is not IOException)
        {
            var failure = CutBack(group.Volume, group.End);
            Tell(records, failure ?? e);
            if (failure is not null) Tell(group.Records, failure);
            return failure is null;
        }
        catch (IOException e)
        {
            var failure = Failed($"A write to volume {group.Volume.Number} of {_store.Origin} failed", e);
            Tell(records, failure);
            Tell(group.Records, failure);
            return false;
        }
    }

    /// <summary>Waits for the sync of a group, begins the next one's and meanwhile counts the first; what is being synced then.</summary>
    private AppendGroup? Settle(AppendGroup? syncing, AppendGroup? next)
    {
        var error = syncing is null ? null : _sync.Wait();
        if (next is { Records.Count: < Sparse } && error is null && !Fill(next, [])) next = null;
        if (error is not null) return GiveUp(syncing!, next, Failed($"A sync of volume {syncing!.Volume.Number} of {_store.Origin} failed", error));
        if (next is not null) _sync.Begin(next.Volume.Sync, here: syncing is null && _queue.IsEmpty);
        if (syncing is null || TryCount(syncing) is not { } refused) return next;
        return GiveUp(syncing, next, refused);
    }

    // From here on the records are durable. A crash before the end leaves them to be taken in at the next opening.
    private Exception? TryCount(AppendGroup group)
    {
        try
        {
            _count.Count(group);
            _queue.Leave(group.Records);
            return null;
        }
        catch (LevelDbException e)
        {
            // The room that its records have is that of leaves which do not count: they are taken back, and those behind them.
            if (CutBack(group.Volume, group.Start) is { } failure) return failure;
            _store.ReopenIndexAfterFailure();
            return GroupCount.NotStored(_store, e);
        }
        catch (Exception e)
        {
            return Failed($"Records of {_store.Origin} could not be counted", e);
        }
    }

    // A sync that is under way is waited for: the kernel tells a handle of a failed write only once, and the sync of the cut-back would be the one to hear of it.
    private StorageFailedException? CutBack(OpenVolume volume, long length) =>
        _sync.Wait() is { } error ? Failed($"A sync of volume {volume.Number} of {_store.Origin} failed", error) : _volumes.TryCutBack(volume, length);

    private AppendGroup? GiveUp(AppendGroup group, AppendGroup? next, Exception why)
    {
        _sync.Wait();
        Tell(group.Records, why);
        if (next is not null) Tell(next.Records, why);
        return null;
    }

    // A large record is synced but for its last bytes, and stands alone in a volume of its own.
    private void WriteStaged(PendingAppend append)
    {
        List<PendingAppend> one = [append];
        try
        {
            Refuse(one);
            if (one.Count == 0) return;
            ThrowIfRefused();
            _volumes.WriteStaged(append, _count);
            _queue.Leave(one);
        }
        catch (Exception e)
        {
            Tell(one, e is IOException ? Failed($"A volume of {_store.Origin} could not be stored", e) : e);
        }
    }

    // Those whose caller does not wait any more, and those whose number is known.
    private void Refuse(List<PendingAppend> records)
    {
        List<PendingAppend>? refused = null;
        foreach (var append in records)
            if (IsRefused(append)) (refused ??= []).Add(append);
        if (refused is null) return;
        records.RemoveAll(refused.Contains);
        _queue.Leave(refused);
    }

    private bool IsRefused(PendingAppend append)
    {
        if (append.Cancellation.IsCancellationRequested) append.TrySetCanceled(append.Cancellation);
        else if (_recent.TryAdd(append.Record.Id)) return false;
        else append.TrySetException(new DuplicateRecordException($"The log has a record {append.Record.Id} already."));
        return true;
    }

    private void Tell(IReadOnlyList<PendingAppend> records, Exception why)
    {
        foreach (var append in records)
        {
            append.TrySetException(why);
            _recent.Remove(append.Record.Id);
        }

        _queue.Leave(records);
    }

    private void ThrowIfRefused()
    {
        if (_store.Failure is { } failure) throw new StorageFailedException(failure);
        if (_store.Behind is { } behind) throw new LogBehindException(behind);
    }

    private StorageFailedException Failed(string what, Exception cause) => new(_store.Fail($"{what}: {cause.Message}"), cause);
}

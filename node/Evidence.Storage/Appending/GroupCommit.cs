using Evidence.Core.Log;
using Evidence.Storage.Index;
using Evidence.Storage.LevelDb;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Appending;

/// <summary>
/// Writes batches of records: volume, sync, index, tree, in this order. A crash before the sync leaves bytes that opening cuts off or, when they are whole records, takes in;
/// a crash after it leaves records that opening takes into index and tree. Nobody is told before all four are done.
/// </summary>
internal sealed class GroupCommit(LogStore store) : IDisposable
{
    private OpenVolume? _open;

    /// <summary>Writes all records of a batch and completes them, each with its place or with what went wrong.</summary>
    internal async Task WriteAsync(IReadOnlyList<PendingAppend> batch)
    {
        await store.Gate.WaitAsync();
        try
        {
            var waiting = Accepted(batch);
            while (waiting.Count > 0)
            {
                var group = await NextGroupAsync(waiting);
                await TryAsync(group);
                waiting = waiting[group.Count..];
            }
        }
        finally
        {
            store.Gate.Release();
        }
    }

    public void Dispose() => _open?.Dispose();

    // Those whose number is new and whose caller still waits.
    private List<PendingAppend> Accepted(IReadOnlyList<PendingAppend> batch)
    {
        var accepted = new List<PendingAppend>(batch.Count);
        var numbers = new HashSet<Core.RecordId>();
        foreach (var append in batch)
        {
            if (append.Cancellation.IsCancellationRequested) append.Done.TrySetCanceled(append.Cancellation);
            else if (!numbers.Add(append.Record.Id) || IsKnown(append)) append.Done.TrySetException(new DuplicateRecordException($"The log has a record {append.Record.Id} already."));
            else accepted.Add(append);
        }

        return accepted;
    }

    private bool IsKnown(PendingAppend append)
    {
        try
        {
            return store.Index.Find(append.Record.Id) is not null;
        }
        catch (LevelDbException)
        {
            return false; // numbers are made at random by this node; that the index cannot be read shows when it is written
        }
    }

    /// <summary>The first records that go into one volume together. A staged one stands alone; the open volume is closed when the next record has no room in it.</summary>
    private async Task<List<PendingAppend>> NextGroupAsync(List<PendingAppend> waiting)
    {
        if (waiting[0].Record.File is not null) return [waiting[0]];
        await MakeRoomAsync(waiting[0]);
        var end = _open?.Length ?? 0;
        var count = 0;
        while (count < waiting.Count && waiting[count].Record.File is null && (count == 0 || end + waiting[count].Length <= store.Options.VolumeBytes)) end += waiting[count++].Length;
        return waiting[..count];
    }

    private async Task MakeRoomAsync(PendingAppend next)
    {
        try
        {
            Open();
            if (_open!.Length > 0 && _open.Length + next.Length > store.Options.VolumeBytes) await CloseAsync();
        }
        catch (Exception e) when (e is StorageException or IOException)
        {
            // The group meets the same fault when it is written, and is told then.
        }
    }

    private void Open()
    {
        if (store.VolumeSet.Open?.Number is { } number && _open is not null && _open.Number != number) Reset();
        _open ??= OpenVolume.Of(store);
    }

    private void Reset()
    {
        _open?.Dispose();
        _open = null;
    }

    private async Task TryAsync(List<PendingAppend> group)
    {
        try
        {
            ThrowIfRefused();
            var first = store.Tree.Size;
            var places = group[0].Record.File is { } staged ? [await WriteStagedAsync(group[0], staged, first)] : WriteGroup(group, first);
            for (var i = 0; i < group.Count; i++) group[i].Done.TrySetResult(new Appended(places[i].Leaf, places[i], group[i].SealSha256));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            foreach (var append in group) append.Done.TrySetException(e);
        }
    }

    private Place[] WriteGroup(List<PendingAppend> group, ulong firstLeaf)
    {
        Open();
        var open = _open!;
        if (!open.IsThere) throw Fail($"Volume {open.Number} of {store.Origin} was removed while it was written to. Restore it from a replica.", null);
        var places = new Place[group.Count];
        var before = open.Length;
        try
        {
            using var output = new VolumeOutput(open.File, before);
            for (var i = 0; i < group.Count; i++) places[i] = RecordEncoder.Write(output, open.Number, group[i], firstLeaf + (ulong)i);
            output.Flush();
            open.Sync(store.Medium, output.Position); // a crash before this: a torn tail, nobody was told
        }
        catch (Exception e) when (e is not IOException)
        {
            CutBack(open, before);
            throw;
        }
        catch (IOException e)
        {
            throw Fail($"A write to volume {open.Number} of {store.Origin} failed: {e.Message}", e);
        }

        Count(group, places, new VolumeState(open.Number, open.Length, false), () => CutBack(open, before));
        return places;
    }

    private async Task<Place> WriteStagedAsync(PendingAppend append, StagedFile staged, ulong leaf)
    {
        var number = store.VolumeSet.Highest + 1;
        if (_open is { } open && open.Number >= number) number = open.Number + 1; // the open volume has its number before it has a record
        var target = store.Files.Volume(number);
        try
        {
            var length = await staged.BecomeVolumeAsync(append, number, leaf, store.Origin, target, CancellationToken.None);
            var place = new Place(number, 0, (ulong)append.Length, leaf);
            Count([append], [place], new VolumeState(number, length, true), () => staged.TakeBack(target));
            return place;
        }
        catch (IOException e)
        {
            throw Fail($"Volume {number} of {store.Origin} could not be stored: {e.Message}", e);
        }
    }

    // From here on the records are durable. A crash before the end leaves them to be taken in at the next opening.
    private void Count(List<PendingAppend> group, Place[] places, VolumeState state, Action takeBack)
    {
        try
        {
            store.Index.Add(group.Select((a, i) => IndexedRecord.Of(a.Seal, a.SealBytes, places[i])), state);
        }
        catch (LevelDbException e)
        {
            takeBack();
            TryReopenIndex();
            throw new StorageFullException($"The index of {store.Origin} could not be written, so the records were not stored: {e.Message}", e);
        }

        foreach (var append in group) store.Tree.Append(append.SealBytes, MerkleTree.LeafHash(append.SealBytes));
        store.VolumeSet.Set(state);
        store.Tree.Commit();
    }

    // LevelDB refuses every write after a failed one, until it is opened again.
    private void TryReopenIndex()
    {
        try
        {
            store.Index.Reopen();
        }
        catch (LevelDbException e)
        {
            Fail($"The index of {store.Origin} could not be opened again: {e.Message}", e);
        }
    }

    private void CutBack(OpenVolume open, long length)
    {
        try
        {
            open.CutBack(length);
        }
        catch (IOException e)
        {
            throw Fail($"Volume {open.Number} of {store.Origin} could not be cut back to {length} bytes: {e.Message}", e);
        }
    }

    private async Task CloseAsync()
    {
        var open = _open!;
        if (open.Length < open.CloseFrom) return;
        var before = open.Length;
        try
        {
            ThrowIfRefused();
            if (await VolumeCloser.WriteAsync(store, open) is not { } length)
            {
                open.CloseFrom = open.Length + (store.Options.VolumeBytes / 16);
                return;
            }

            open.Sync(store.Medium, length); // a crash before this: part of the closing members, which opening cuts off
        }
        catch (Exception e) when (e is not IOException)
        {
            CutBack(open, before);
            throw;
        }
        catch (IOException e)
        {
            throw Fail($"Volume {open.Number} of {store.Origin} could not be closed: {e.Message}", e);
        }

        CountClosed(new VolumeState(open.Number, open.Length, true));
        Open();
    }

    private void CountClosed(VolumeState state)
    {
        Reset();
        store.VolumeSet.Set(state);
        StorageLog.Closed(store.Logger, store.Origin, state.Number, state.DurableLength);
        try
        {
            store.Index.Add([], state);
        }
        catch (LevelDbException)
        {
            TryReopenIndex(); // the index then covers less than the volume has, and opening takes in the rest
        }
    }

    private void ThrowIfRefused()
    {
        if (store.Failure is { } failure) throw new StorageFailedException(failure);
        if (store.Behind is { } behind) throw new LogBehindException(behind);
    }

    private StorageFailedException Fail(string reason, Exception? cause)
    {
        store.Failure = $"{reason} What is on the medium is not known, so nothing is appended until the node is started again.";
        StorageLog.Failed(store.Logger, store.Origin, reason);
        Reset();
        return new StorageFailedException(store.Failure, cause);
    }
}

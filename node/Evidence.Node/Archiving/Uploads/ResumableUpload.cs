using Evidence.Core;
using Evidence.Storage.Uploads;

namespace Evidence.Node.Archiving.Uploads;

/// <summary>How far an upload has come: so many parts have begun, and the last of them has so many bytes.</summary>
internal readonly record struct UploadPosition(int Parts, long Offset);

/// <summary>
/// An upload that can be broken off and gone on with. One call at a time has it, and a new call cuts off the one before: the connection of that one may be
/// dead without the node knowing it. While it is open its hash is in memory; after a restart, or after a fault, its bytes are read and hashed again first.
/// </summary>
internal sealed class ResumableUpload(UploadState state, RecordHeader header, UploadClaim claim, Func<UploadState, CancellationToken, Task<RecordUpload>> open, TimeProvider time)
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private CancellationTokenSource? _current;
    private volatile RecordUpload? _upload;
    private volatile UploadState _state = state;
    private long _lastByte = state.At.UtcTicks;

    internal RecordId Id => _state.Record;

    internal RecordHeader Header => header;

    /// <summary>What is on the medium; a call that writes just now may be further.</summary>
    internal UploadState State => _upload?.State ?? _state;

    /// <summary>When the last call that wrote ended.</summary>
    internal DateTimeOffset LastByte => new(Interlocked.Read(ref _lastByte), TimeSpan.Zero);

    /// <summary>The record, once it is appended.</summary>
    internal ArchivedRecord? Finished { get; private set; }

    /// <summary>Whether it was removed: whoever waited for it finds nothing.</summary>
    internal bool IsRemoved { get; private set; }

    /// <summary>Goes on with it. What was taken is on the medium when this ends, however it ends.</summary>
    /// <exception cref="ArchiveRefusedException">It is not to be gone on with, or another call took over.</exception>
    internal Task WriteAsync(Func<RecordUpload, CancellationToken, Task> write, CancellationToken ct) => InTurnAsync(
        async token =>
        {
            if (Finished is not null) throw new ArchiveRefusedException(Refusal.NotNow, $"The upload {Id} is finished: its record is in the archive.");
            var upload = await OpenAsync(token);
            try
            {
                await write(upload, token);
            }
            finally
            {
                await KeepAsync(upload);
            }

            return true;
        },
        ct,
        yields: true);

    /// <summary>Seals and appends it; again it gives the same record. It is not cut off by another call.</summary>
    /// <param name="settle">Called when its record is in the log.</param>
    /// <param name="ct">Gives up waiting for a call that has it.</param>
    /// <exception cref="ArchiveRefusedException">The record is refused. The upload stays until it expires.</exception>
    internal Task<ArchivedRecord> FinishAsync(Action settle, CancellationToken ct) => InTurnAsync(
        async token =>
        {
            if (Finished is not null) return Finished;
            var upload = await OpenAsync(token);
            try
            {
                Finished = await upload.CompleteAsync(CancellationToken.None);
            }
            finally
            {
                await CloseAsync(); // where it failed, what completing added is cut off when it is opened again
            }

            settle();
            claim.Dispose();
            return Finished;
        },
        ct);

    /// <summary>Says that its record was appended before this start.</summary>
    internal void Conclude(ArchivedRecord record)
    {
        Finished = record;
        claim.Dispose();
    }

    /// <summary>Removes it, cutting off whoever has it.</summary>
    internal Task RemoveAsync(Action remove) => InTurnAsync(
        async _ =>
        {
            await RemoveInTurnAsync(remove);
            return true;
        },
        CancellationToken.None);

    /// <summary>Removes it when no call has it and no byte has come since <paramref name="since"/>; whether it did.</summary>
    internal async Task<bool> RemoveIfIdleAsync(DateTimeOffset since, Action remove)
    {
        if (!await _turn.WaitAsync(0)) return false;
        try
        {
            if (IsRemoved || LastByte > since) return false;
            await RemoveInTurnAsync(remove);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lets go of its file; the upload stays.</summary>
    internal Task StopAsync() => InTurnAsync(
        async _ =>
        {
            await CloseAsync();
            return true;
        },
        CancellationToken.None);

    private async Task<T> InTurnAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken ct, bool yields = false)
    {
        var mine = yields ? new CancellationTokenSource() : null;
        if (Interlocked.Exchange(ref _current, mine) is { } before) await before.CancelAsync();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(mine?.Token ?? CancellationToken.None, ct);
        try
        {
            await _turn.WaitAsync(either.Token);
            try
            {
                if (IsRemoved) throw new ArchiveRefusedException(Refusal.NotThere, $"The upload {Id} was removed.");
                return await work(either.Token);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (mine is { IsCancellationRequested: true } && !ct.IsCancellationRequested)
        {
            throw new ArchiveRefusedException(Refusal.TakenOver, $"Another call goes on with the upload {Id}.");
        }
    }

    private async Task<RecordUpload> OpenAsync(CancellationToken ct)
    {
        _upload ??= await open(_state, ct);
        _state = _upload.State;
        return _upload;
    }

    // After a fault the handle is not trusted again: what lasts is what was synced before it.
    private async Task KeepAsync(RecordUpload upload)
    {
        Interlocked.Exchange(ref _lastByte, time.GetUtcNow().UtcTicks);
        var kept = false;
        try
        {
            if (upload.IsBroken) return;
            await upload.KeepAsync();
            (_state, kept) = (upload.State, true);
        }
        finally
        {
            if (!kept) await CloseAsync();
        }
    }

    private async Task RemoveInTurnAsync(Action remove)
    {
        await CloseAsync();
        remove();
        claim.Dispose();
        IsRemoved = true;
    }

    private async Task CloseAsync()
    {
        if (_upload is not { } upload) return;
        _upload = null;
        _state = upload.State;
        await upload.DisposeAsync();
    }
}

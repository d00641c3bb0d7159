using System.Collections.Concurrent;
using Evidence.Core;
using Evidence.Node.Configuration;
using Evidence.Storage;
using Evidence.Storage.Uploads;

namespace Evidence.Node.Archiving.Uploads;

/// <summary>All uploads that can be resumed. Those that an earlier process left are known from the start; their bytes are read when somebody goes on with them.</summary>
internal sealed partial class UploadBook : IAsyncDisposable
{
    private readonly RecordArchiver _archiver;
    private readonly UploadFolder _folder;
    private readonly LogStore _log;
    private readonly UploadQuota _quota;
    private readonly UploadOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<RecordId, ResumableUpload> _uploads = [];
    private readonly HashSet<RecordId> _beginning = [];

    public UploadBook(RecordArchiver archiver, LogStore log, UploadQuota quota, NodeOptions options, TimeProvider time, ILogger<UploadBook> logger)
    {
        (_archiver, _log, _quota, _options, _time, _logger) = (archiver, log, quota, options.Uploads, time, logger);
        _folder = new UploadFolder(log);
        foreach (var state in _folder.List(Report)) Add(state, UploadLabels.HeaderOf(state), always: true);
    }

    /// <summary>How long an upload is kept after its last byte.</summary>
    internal TimeSpan Keep => _options.Keep;

    /// <summary>Those that are not finished, the oldest first.</summary>
    internal IEnumerable<ResumableUpload> Unfinished => _uploads.Values.Where(u => u.Finished is null).OrderBy(u => u.Id);

    /// <summary>Begins an upload.</summary>
    /// <exception cref="ArchiveRefusedException">The header is wrong, a quota is used up, or the node takes no records at present.</exception>
    /// <exception cref="StorageException">The staging folder does not take it; where the disk is full a <see cref="StorageFullException"/>.</exception>
    internal async Task<ResumableUpload> CreateAsync(RecordHeader header)
    {
        _archiver.Check(header);
        var id = RecordId.New(_time);
        Reserve(id);
        try
        {
            return await _archiver.Medium.OnStagingAsync(async () =>
            {
                await using var staged = _folder.Create(id, UploadLabels.Of(header));
                return Add(staged.Upload!, header, always: false);
            });
        }
        finally
        {
            lock (_beginning) _beginning.Remove(id);
        }
    }

    /// <summary>The upload of that number, or null. One whose record is in the log is finished.</summary>
    internal async Task<ResumableUpload?> FindAsync(RecordId id, CancellationToken ct)
    {
        if (!_uploads.TryGetValue(id, out var upload)) return null;
        if (upload.Finished is null && upload.State.Outcome is { } outcome && await _log.ReadRecordAsync(id, ct) is { Seal: { } seal } stored)
            upload.Conclude(new ArchivedRecord(id, stored.Leaf, Digest.Of(stored.SealBytes), seal.Received, UploadLabels.SignatureOf(outcome)));
        return upload;
    }

    /// <summary>Goes on with an upload. One whose bytes are not what was sent is removed.</summary>
    /// <exception cref="ArchiveRefusedException">It is not to be gone on with, or what comes is refused.</exception>
    internal async Task WriteAsync(ResumableUpload upload, Func<RecordUpload, CancellationToken, Task> write, CancellationToken ct)
    {
        try
        {
            await upload.WriteAsync(write, ct);
        }
        catch (ArchiveRefusedException e) when (e.Refusal == Refusal.Altered)
        {
            await RemoveAsync(upload.Id);
            throw;
        }
    }

    /// <summary>Seals and appends an upload; again it gives the same record.</summary>
    /// <exception cref="ArchiveRefusedException">The record is refused. The upload stays until it expires.</exception>
    internal Task<ArchivedRecord> FinishAsync(ResumableUpload upload, CancellationToken ct) => upload.FinishAsync(() => _folder.RemoveBytes(upload.Id), ct);

    /// <summary>Removes an upload; false when there is none.</summary>
    internal async Task<bool> RemoveAsync(RecordId id)
    {
        if (!_uploads.TryRemove(id, out var upload)) return false;
        await upload.RemoveAsync(() => _folder.Remove(id));
        return true;
    }

    /// <summary>Removes those to which no byte has come for as long as the node keeps them, and those that were set aside as long ago.</summary>
    internal async Task RemoveExpiredAsync()
    {
        foreach (var upload in _uploads.Values) await RemoveIfExpiredAsync(upload);
        foreach (var path in _folder.RemoveSetAside(_time.GetUtcNow() - Keep, LogUnremoved)) LogSetAsideExpired(path, Keep);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var upload in _uploads.Values) await upload.StopAsync();
    }

    // Many may begin at once: each counts from here on, and not only when its file is there.
    private void Reserve(RecordId id)
    {
        lock (_beginning)
        {
            var count = Unfinished.Select(u => u.Id).Union(_beginning).Count();
            if (count >= _options.Count)
                throw new ArchiveRefusedException(Refusal.NoRoom, $"There are {count} unfinished uploads on this node, which is its limit (uploads.count). Finish or delete some (evidence uploads), wait until they expire, or have the limit raised.");
            _beginning.Add(id);
        }
    }

    private ResumableUpload Add(UploadState state, RecordHeader header, bool always)
    {
        var claim = _quota.Claim(header.Submitter);
        claim.Reach(state.Parts.Sum(p => Math.Max(p.Size, p.Announced)), always);
        return _uploads[state.Record] = new ResumableUpload(state, header, claim, (known, ct) => OpenAsync(known, header, claim, ct), _time);
    }

    private async Task<RecordUpload> OpenAsync(UploadState known, RecordHeader header, UploadClaim claim, CancellationToken ct) =>
        await _archiver.Medium.OnStagingAsync(async () => _archiver.GoOn(await _folder.ResumeAsync(known, ct), header, claim));

    // One that cannot be removed must not keep the others.
    private async Task RemoveIfExpiredAsync(ResumableUpload upload)
    {
        try
        {
            if (!await upload.RemoveIfIdleAsync(_time.GetUtcNow() - Keep, () => _folder.Remove(upload.Id))) return;
            _uploads.TryRemove(upload.Id, out _);
            if (upload.Finished is null) LogExpired(upload.Id, upload.Header.Submitter, Keep);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnremoved(upload.Id.ToString(), e);
        }
    }

    private void Report(UnreadUpload upload)
    {
        if (upload.IsSetAside) LogSetAside(upload.Path, upload.Reason, Keep);
        else LogUnread(upload.Path, upload.Reason);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The upload of {Path} cannot be gone on with, and its sender must begin again: {Reason} Its files are kept beside it for {Keep}, under names that end in .unreadable")]
    private partial void LogSetAside(string path, string reason, TimeSpan keep);

    [LoggerMessage(Level = LogLevel.Error, Message = "The upload of {Path} cannot be gone on with at present: {Reason} Its files stay as they are; start the node again when they can be read")]
    private partial void LogUnread(string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}, what could not be read of an upload, was removed: it was set aside {Keep} ago or longer")]
    private partial void LogSetAsideExpired(string path, TimeSpan keep);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Expired}, which has expired, could not be removed from the staging folder; it is tried again")]
    private partial void LogUnremoved(string expired, Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "The upload {Upload} of {Submitter} was removed: no byte came for {Keep}")]
    private partial void LogExpired(RecordId upload, string submitter, TimeSpan keep);
}

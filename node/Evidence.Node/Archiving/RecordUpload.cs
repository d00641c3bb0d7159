using Evidence.Core;
using Evidence.Node.Archiving.Uploads;
using Evidence.Storage;
using Evidence.Storage.Uploads;

namespace Evidence.Node.Archiving;

/// <summary>
/// One record under way: parts are hashed and staged as their bytes come in. Until <see cref="CompleteAsync"/> has returned nothing of it
/// is part of the archive; disposing earlier, or a crash, leaves at most a file in staging/ that the next start removes, or keeps when it is an upload that can be resumed.
/// </summary>
internal sealed class RecordUpload : IAsyncDisposable
{
    private readonly RecordSealing _sealing;
    private readonly RecordHeader _header;
    private readonly StagedRecord _staged;
    private readonly UploadClaim _claim;
    private readonly LargeRecordPace _pace;
    private readonly ReceivedParts _parts = new();
    private ReceivedPart? _open;
    private long _total;

    internal RecordUpload(RecordSealing sealing, RecordHeader header, StagedRecord staged, UploadClaim claim)
    {
        (_sealing, _header, _staged, _claim, _pace) = (sealing, header, staged, claim, sealing.Pace());
        if (staged.Upload is { } upload) Restore(upload);
    }

    /// <summary>What the medium knows of it; only of one that can be resumed.</summary>
    internal UploadState State => _staged.Upload!;

    /// <summary>How far it has come.</summary>
    internal UploadPosition Position => new(_parts.All.Count, _parts.All is [.., var last] ? last.Received : 0);

    /// <summary>A step did not come to its end: what is in memory may not be what is on the medium.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>Ends the part before, if any, and begins the next one.</summary>
    /// <exception cref="ArchiveRefusedException">The part cannot be taken.</exception>
    internal async ValueTask BeginPartAsync(PartHeading heading, CancellationToken ct)
    {
        await EndPartAsync(null);
        if (_staged.IsOnDisk) _claim.Reach(_total + heading.Size);
        var part = _parts.Add(heading);
        IsBroken = true;
        await OnMediumAsync(() => _staged.BeginPartAsync(part.Name, part.Role, heading.Size, ct, _staged.Upload is null ? null : UploadLabels.Of(heading)));
        IsBroken = false;
        _open = part;
        if (_staged.IsOnDisk) _claim.Reach(_total + heading.Size);
    }

    /// <summary>Takes the next bytes of the part that is open.</summary>
    /// <exception cref="ArchiveRefusedException">No part is open, or it grows beyond its size or limit.</exception>
    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken ct)
    {
        var part = _open ?? throw UploadRules.Bad("Bytes came before any part: send a part header first.");
        if (chunk.Length > ArchiveLimits.MaxChunkBytes) throw UploadRules.Bad($"A chunk has {chunk.Length} bytes; at most {ArchiveLimits.MaxChunkBytes} are taken.");
        if (_staged.IsOnDisk) _claim.Reach(_total + chunk.Length);
        ct.ThrowIfCancellationRequested();
        IsBroken = true;
        _parts.Take(part, chunk);
        await OnMediumAsync(() => _staged.WriteAsync(chunk, CancellationToken.None)); // a chunk is taken whole or not at all
        IsBroken = false;
        _total += chunk.Length;
        if (_staged.IsOnDisk) await _pace.AfterAsync(chunk.Length, ct);
    }

    /// <summary>Ends the part that is open, if any.</summary>
    /// <param name="expected">Its SHA-256 as the sender has it; null: not known.</param>
    /// <exception cref="ArchiveRefusedException">It is shorter than announced, or has another digest.</exception>
    internal async ValueTask EndPartAsync(Digest? expected)
    {
        if (_open is not { } part) return;
        part.CheckComplete();
        IsBroken = true;
        var stored = await OnMediumAsync(() => _staged.EndPartAsync());
        if (expected is { } digest && digest != stored.Sha256)
            throw new ArchiveRefusedException(Refusal.Altered, $"{part.Name} has the SHA-256 {stored.Sha256} here and {digest} at the sender: its bytes changed on the way, or the file changed while it was sent. Nothing was kept; send it again.");
        IsBroken = false;
        _open = null;
    }

    /// <summary>Has everything that came of an upload last.</summary>
    /// <exception cref="StorageException">It does not.</exception>
    internal async Task KeepAsync()
    {
        await OnMediumAsync(() => new ValueTask(_staged.KeepAsync()));
        await _sealing.Medium.StagedAsync();
    }

    /// <summary>Ends the upload: checks the signatures, makes metadata and seal, and appends. When it returns, all of it is on the medium.</summary>
    /// <exception cref="ArchiveRefusedException">The record is refused; nothing of it is kept.</exception>
    internal async Task<ArchivedRecord> CompleteAsync(CancellationToken ct)
    {
        await EndPartAsync(null);
        var isStaged = _staged.IsOnDisk;
        var record = await OnMediumAsync(() => new ValueTask<ArchivedRecord>(_sealing.CompleteAsync(_staged, _parts, _header.Submitter, _header.Description, ct)));
        if (isStaged) await _sealing.Medium.StagedAsync();
        return record;
    }

    public async ValueTask DisposeAsync()
    {
        await _staged.DisposeAsync();
        if (_staged.Upload is null) _claim.Dispose();
    }

    private ValueTask<bool> OnMediumAsync(Func<ValueTask> step) => OnMediumAsync(async () =>
    {
        await step();
        return true;
    });

    private ValueTask<T> OnMediumAsync<T>(Func<ValueTask<T>> step) => _sealing.Medium.OnStagingAsync(step);

    private void Restore(UploadState state)
    {
        for (var i = 0; i < state.Parts.Count; i++)
        {
            var part = _parts.Add(UploadLabels.HeadingOf(state.Parts[i]));
            if (part.Role == Core.Seals.PartRole.Content) part.Count(state.Parts[i].Size);
            else _parts.Take(part, _staged.ReadBack(i));
            _total += state.Parts[i].Size;
            if (!state.Parts[i].Ended) _open = part;
        }
    }
}

using Evidence.Core.Seals;
using Evidence.Storage;

namespace Evidence.Node.Archiving;

/// <summary>
/// One record under way: parts are hashed and staged as their bytes come in. Until <see cref="CompleteAsync"/> has returned nothing of it
/// is part of the archive; disposing earlier, or a crash, leaves at most a file in staging/ that the next start removes.
/// </summary>
internal sealed class RecordUpload(RecordSealing sealing, StagedRecord staged, string submitter, RecordDescription description) : IAsyncDisposable
{
    private readonly ReceivedParts _parts = new();
    private ReceivedPart? _open;

    /// <summary>Ends the part before, if any, and begins the next one.</summary>
    /// <exception cref="ArchiveRefusedException">The part cannot be taken.</exception>
    internal async ValueTask BeginPartAsync(PartHeading heading, CancellationToken ct)
    {
        await EndPartAsync();
        _open = _parts.Add(heading);
        await staged.BeginPartAsync(_open.Name, _open.Role, heading.Size, ct);
    }

    /// <summary>Takes the next bytes of the part that is open.</summary>
    /// <exception cref="ArchiveRefusedException">No part is open, or it grows beyond its size or limit.</exception>
    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken ct)
    {
        var part = _open ?? throw UploadRules.Bad("Bytes came before any part: send a part header first.");
        if (chunk.Length > ArchiveLimits.MaxChunkBytes) throw UploadRules.Bad($"A chunk has {chunk.Length} bytes; at most {ArchiveLimits.MaxChunkBytes} are taken.");
        _parts.Take(part, chunk);
        await staged.WriteAsync(chunk, ct);
    }

    /// <summary>Ends the upload: checks the signatures, makes metadata and seal, and appends. When it returns, all of it is on the medium.</summary>
    /// <exception cref="ArchiveRefusedException">The record is refused; nothing of it is kept.</exception>
    internal async Task<ArchivedRecord> CompleteAsync(CancellationToken ct)
    {
        await EndPartAsync();
        return await sealing.CompleteAsync(staged, _parts, submitter, description, ct);
    }

    public ValueTask DisposeAsync() => staged.DisposeAsync();

    private async ValueTask EndPartAsync()
    {
        if (_open is not { } part) return;
        part.CheckComplete();
        await staged.EndPartAsync();
        _open = null;
    }
}

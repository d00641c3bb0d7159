using Evidence.Core.Seals;

namespace Evidence.Node.Archiving;

/// <summary>Takes records into this node's own log.</summary>
internal sealed class RecordArchiver(OwnLogAppender appender, SignatureGate signatures, TimeProvider time)
{
    /// <summary>Begins an upload.</summary>
    /// <exception cref="ArchiveRefusedException">The header is wrong, or the node takes no records at present.</exception>
    internal RecordUpload Begin(string submitter, RecordDescription description) => new(appender, signatures, time, submitter, description);

    /// <summary>Archives a record that is there as a whole. When it returns, all of it is on the medium.</summary>
    /// <exception cref="ArchiveRefusedException">The record is refused; nothing of it is kept.</exception>
    internal async Task<ArchivedRecord> ArchiveAsync(WholeRecord record, CancellationToken ct)
    {
        await using var upload = Begin(record.Submitter, record.Description);
        foreach (var part in record.Parts)
        {
            await upload.BeginPartAsync(part.Heading, ct);
            for (var rest = part.Data; rest.Length > 0;)
            {
                var piece = rest[..Math.Min(rest.Length, ArchiveLimits.MaxChunkBytes)];
                await upload.WriteAsync(piece, ct);
                rest = rest[piece.Length..];
            }
        }
        return await upload.CompleteAsync(ct);
    }
}

using Evidence.Core;
using Evidence.Node.Archiving.Uploads;
using Evidence.Storage;

namespace Evidence.Node.Archiving;

/// <summary>Takes records into this node's own log.</summary>
internal sealed class RecordArchiver(OwnLogAppender appender, RecordSealing sealing, UploadQuota quota, TimeProvider time)
{
    /// <summary>Begins an upload.</summary>
    /// <exception cref="ArchiveRefusedException">The header is wrong, or the node takes no records at present.</exception>
    internal RecordUpload Begin(RecordHeader header)
    {
        Check(header);
        return new RecordUpload(sealing, header, appender.Begin(RecordId.New(time)), quota.Claim(header.Submitter));
    }

    /// <summary>Goes on with an upload.</summary>
    internal RecordUpload GoOn(StagedRecord staged, RecordHeader header, UploadClaim claim) => new(sealing, header, staged, claim);

    /// <summary>Checks what can be checked before the first part.</summary>
    /// <exception cref="ArchiveRefusedException">The header is wrong, or the node takes no records at present.</exception>
    internal void Check(RecordHeader header)
    {
        UploadRules.CheckSubmitter(header.Submitter);
        UploadRules.CheckDescription(header.Description);
        appender.Check();
    }

    /// <summary>Archives a record that is there as a whole. When it returns, all of it is on the medium.</summary>
    /// <exception cref="ArchiveRefusedException">The record is refused; nothing of it is kept.</exception>
    internal async Task<ArchivedRecord> ArchiveAsync(WholeRecord record, CancellationToken ct)
    {
        UploadRules.CheckSubmitter(record.Submitter);
        UploadRules.CheckDescription(record.Description);
        await using var staged = appender.Begin(RecordId.New(time));
        var parts = new ReceivedParts();
        foreach (var part in record.Parts) await AddAsync(staged, parts, part, ct);
        return await sealing.CompleteAsync(staged, parts, record.Submitter, record.Description, ct);
    }

    private static ValueTask<StoredPart> AddAsync(StagedRecord staged, ReceivedParts parts, WholePart part, CancellationToken ct)
    {
        var received = parts.Add(part.Heading);
        parts.Take(received, part.Data);
        received.CheckComplete();
        return staged.AddPartAsync(received.Name, received.Role, part.Data, ct);
    }
}

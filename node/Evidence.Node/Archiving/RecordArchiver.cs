using Evidence.Core;
using Evidence.Node.Archiving.Uploads;
using Evidence.Storage;

namespace Evidence.Node.Archiving;

/// <summary>Takes records into this node's own log.</summary>
internal sealed class RecordArchiver(OwnLogAppender appender, RecordSealing sealing, UploadQuota quota, TimeProvider time)
{
    /// <summary>What is told of it when the medium takes records, or takes none.</summary>
    internal OwnLogAppender Medium => appender;

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
    internal async Task<ArchivedRecord> ArchiveAsync(WholeRecord record, CancellationToken ct) => await StoredAsync(await SealAsync(record, ct));

    /// <summary>The first half of <see cref="ArchiveAsync"/>: the record is sealed and on its way to the medium, in the order of the calls.</summary>
    internal async ValueTask<SealedRecord> SealAsync(WholeRecord record, CancellationToken ct)
    {
        UploadRules.CheckSubmitter(record.Submitter);
        UploadRules.CheckDescription(record.Description);
        var staged = appender.Begin(RecordId.New(time));
        try
        {
            var parts = new ReceivedParts();
            foreach (var part in record.Parts) await AddAsync(staged, parts, part, ct);
            return await sealing.SealAsync(staged, parts, record.Submitter, record.Description, ct);
        }
        catch (Exception e)
        {
            await staged.DisposeAsync();
            await appender.NoteAsync(e);
            throw;
        }
    }

    /// <summary>The second half: ends when all of the record is on the medium.</summary>
    internal async ValueTask<ArchivedRecord> StoredAsync(SealedRecord record)
    {
        await using var staged = record.Staged;
        return await sealing.StoredAsync(record);
    }

    private static ValueTask<StoredPart> AddAsync(StagedRecord staged, ReceivedParts parts, WholePart part, CancellationToken ct)
    {
        var received = parts.Add(part.Heading);
        parts.Take(received, part.Data);
        received.CheckComplete();
        return staged.AddPartAsync(received.Name, received.Role, part.Data, ct);
    }
}

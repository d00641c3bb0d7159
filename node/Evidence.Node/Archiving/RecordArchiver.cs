using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage;

namespace Evidence.Node.Archiving;

/// <summary>Takes records into this node's own log.</summary>
internal sealed class RecordArchiver(OwnLogAppender appender, RecordSealing sealing, TimeProvider time)
{
    /// <summary>Begins an upload.</summary>
    /// <exception cref="ArchiveRefusedException">The header is wrong, or the node takes no records at present.</exception>
    internal RecordUpload Begin(string submitter, RecordDescription description)
    {
        UploadRules.CheckSubmitter(submitter);
        UploadRules.CheckDescription(description);
        return new RecordUpload(sealing, appender.Begin(RecordId.New(time)), submitter, description);
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

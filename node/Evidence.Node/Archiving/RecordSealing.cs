using Evidence.Core.Seals;
using Evidence.Node.Archiving.Uploads;
using Evidence.Storage;

namespace Evidence.Node.Archiving;

/// <summary>The end of every record, however it came: signatures are checked, metadata is added, and what there is is sealed and appended.</summary>
internal sealed class RecordSealing(OwnLogAppender appender, SignatureGate signatures, TimeProvider time)
{
    private static readonly string MetadataName = ReceivedParts.NameOf(PartRole.Metadata, 1);

    private readonly Precedence _precedence = new(time);

    /// <summary>Whether small records are coming in.</summary>
    internal bool SmallRecordsCome => _precedence.SmallRecordsCome;

    /// <summary>Has a large record give way to small ones.</summary>
    internal LargeRecordPace Pace() => _precedence.Pace();

    /// <summary>Seals and appends. When it returns, all of the record is on the medium.</summary>
    /// <param name="staged">The record, all of whose parts have come.</param>
    /// <param name="parts">The same parts as the client named them.</param>
    /// <param name="submitter">Who files it.</param>
    /// <param name="description">What the archive says of it.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArchiveRefusedException">The record is refused; nothing of it is kept.</exception>
    internal async Task<ArchivedRecord> CompleteAsync(StagedRecord staged, ReceivedParts parts, string submitter, RecordDescription description, CancellationToken ct) =>
        await StoredAsync(await SealAsync(staged, parts, submitter, description, ct));

    /// <summary>The first half of <see cref="CompleteAsync"/>: the record is sealed and on its way to the medium.</summary>
    internal async ValueTask<SealedRecord> SealAsync(StagedRecord staged, ReceivedParts parts, string submitter, RecordDescription description, CancellationToken ct)
    {
        if (parts.Count(PartRole.Content) == 0) throw UploadRules.Bad("The record has no content part.");
        if (!staged.IsOnDisk) _precedence.SmallRecordCame();
        var received = time.GetUtcNow();
        var signature = signatures.Check(parts, staged, received);
        await staged.AddPartAsync(MetadataName, PartRole.Metadata, Metadata(parts, description), ct);
        var seal = new Seal(staged.Id, received, submitter, Describe(parts, staged.Parts));
        if (staged.Upload is not null) await staged.ConcludeAsync(UploadLabels.Outcome(signature));
        return new SealedRecord(staged, seal.Received, signature, appender.AppendAsync(staged, seal, ct));
    }

    /// <summary>The second half: ends when all of the record is on the medium.</summary>
    internal async ValueTask<ArchivedRecord> StoredAsync(SealedRecord record)
    {
        try
        {
            var appended = await appender.StoredAsync(record.Appending);
            return new ArchivedRecord(record.Staged.Id, appended.Leaf, appended.SealSha256, record.Received, record.Signature);
        }
        catch (FormatException e)
        {
            throw UploadRules.Bad($"No seal can be made for this record: {e.Message}");
        }
    }

    /// <summary>What is told of it when the medium takes records, or takes none.</summary>
    internal OwnLogAppender Medium => appender;

    private static byte[] Metadata(ReceivedParts parts, RecordDescription description)
    {
        var labels = new Dictionary<string, FileLabel>();
        foreach (var part in parts.All)
            if (part.Heading.FileName.Length > 0 || part.Heading.MediaType.Length > 0) labels.Add(part.Name, new FileLabel(part.Heading.FileName, part.Heading.MediaType));
        return RecordMetadata.Create(labels, description).Encode();
    }

    // The metadata part is the last of those that are stored.
    private static SealPart[] Describe(ReceivedParts parts, IReadOnlyList<StoredPart> stored)
    {
        var described = new SealPart[stored.Count];
        for (var i = 0; i < parts.All.Count; i++)
        {
            var part = parts.All[i];
            described[i] = new SealPart(part.Name, part.Role, stored[i].Size, stored[i].Sha256, part.Of, part.Role == PartRole.Signature ? part.Heading.Type : null);
        }
        described[^1] = new SealPart(MetadataName, PartRole.Metadata, stored[^1].Size, stored[^1].Sha256);
        return described;
    }
}

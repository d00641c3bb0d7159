using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage;

namespace Evidence.Node.Archiving;

/// <summary>
/// One record under way: parts are hashed and staged as their bytes come in. Until <see cref="CompleteAsync"/> has returned nothing of it
/// is part of the archive; disposing earlier, or a crash, leaves at most a file in staging/ that the next start removes.
/// </summary>
internal sealed class RecordUpload : IAsyncDisposable
{
    private static readonly string MetadataName = ReceivedParts.NameOf(PartRole.Metadata, 1);
    private readonly OwnLogAppender _appender;
    private readonly SignatureGate _signatures;
    private readonly TimeProvider _time;
    private readonly string _submitter;
    private readonly RecordDescription _description;
    private readonly RecordId _id;
    private readonly StagedRecord _staged;
    private readonly ReceivedParts _parts = new();
    private readonly Dictionary<string, StoredPart> _stored = new(StringComparer.Ordinal);
    private ReceivedPart? _open;
    private long _received;
    private long _held;

    internal RecordUpload(OwnLogAppender appender, SignatureGate signatures, TimeProvider time, string submitter, RecordDescription description)
    {
        UploadRules.CheckSubmitter(submitter);
        UploadRules.CheckDescription(description);
        (_appender, _signatures, _time) = (appender, signatures, time);
        (_submitter, _description) = (submitter, description);
        _id = RecordId.New(time);
        _staged = appender.Begin(_id);
    }

    /// <summary>Ends the part before, if any, and begins the next one.</summary>
    /// <exception cref="ArchiveRefusedException">The part cannot be taken.</exception>
    internal async ValueTask BeginPartAsync(PartHeading heading, CancellationToken ct)
    {
        await EndPartAsync();
        _open = _parts.Add(heading);
        _received = 0;
        await _staged.BeginPartAsync(_open.Name, _open.Role, heading.Size, ct);
    }

    /// <summary>Takes the next bytes of the part that is open.</summary>
    /// <exception cref="ArchiveRefusedException">No part is open, or it grows beyond its size or limit.</exception>
    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken ct)
    {
        var part = _open ?? throw UploadRules.Bad("Bytes came before any part: send a part header first.");
        if (chunk.Length > ArchiveLimits.MaxChunkBytes) throw UploadRules.Bad($"A chunk has {chunk.Length} bytes; at most {ArchiveLimits.MaxChunkBytes} are taken.");
        _received += chunk.Length;
        if (part.Heading.Size > 0 && _received > part.Heading.Size) throw UploadRules.Bad($"{part.Name} was announced with {part.Heading.Size} bytes and has more.");
        Hold(part, chunk);
        await _staged.WriteAsync(chunk, ct);
    }

    /// <summary>Ends the upload: checks the signatures, makes metadata and seal, and appends. When it returns, all of it is on the medium.</summary>
    /// <exception cref="ArchiveRefusedException">The record is refused; nothing of it is kept.</exception>
    internal async Task<ArchivedRecord> CompleteAsync(CancellationToken ct)
    {
        await EndPartAsync();
        if (!_parts.Of(PartRole.Content).Any()) throw UploadRules.Bad("The record has no content part.");
        var received = _time.GetUtcNow();
        var signature = _signatures.Check(_parts, name => _stored[name].Sha256, _staged.HashPart, received);
        await AddMetadataAsync(ct);
        var seal = new Seal(_id, received, _submitter, [.. _parts.All.Select(Describe), MetadataPart()]);
        var bytes = EncodeSeal(seal);
        var appended = await _appender.AppendAsync(_staged, seal, ct);
        return new ArchivedRecord(_id, appended.Leaf, Digest.Of(bytes), seal.Received, signature);
    }

    public ValueTask DisposeAsync() => _staged.DisposeAsync();

    private async ValueTask EndPartAsync()
    {
        if (_open is not { } part) return;
        if (part.Heading.Size > 0 && _received != part.Heading.Size)
            throw UploadRules.Bad($"{part.Name} was announced with {part.Heading.Size} bytes and has {_received}: the upload is incomplete.");
        _stored[part.Name] = await _staged.EndPartAsync();
        _open = null;
    }

    private void Hold(ReceivedPart part, ReadOnlyMemory<byte> chunk)
    {
        if (part.Held is not { } held) return;
        if (_received > ArchiveLimits.MaxSmallPartBytes)
            throw UploadRules.Bad($"{part.Name}, {UploadRules.Describe(part.Role)}, has more than {ArchiveLimits.MaxSmallPartBytes} bytes.");
        if ((_held += chunk.Length) > ArchiveLimits.MaxSmallBytes)
            throw UploadRules.Bad($"The signatures and certificates of the record have more than {ArchiveLimits.MaxSmallBytes} bytes together.");
        held.Write(chunk.Span);
    }

    private async Task AddMetadataAsync(CancellationToken ct)
    {
        var labels = _parts.All
            .Where(p => p.Heading.FileName.Length > 0 || p.Heading.MediaType.Length > 0)
            .ToDictionary(p => p.Name, p => new FileLabel(p.Heading.FileName, p.Heading.MediaType));
        var metadata = RecordMetadata.Create(labels, _description).Encode();
        await _staged.BeginPartAsync(MetadataName, PartRole.Metadata, metadata.Length, ct);
        await _staged.WriteAsync(metadata, ct);
        _stored[MetadataName] = await _staged.EndPartAsync();
    }

    private SealPart Describe(ReceivedPart part) => new(
        part.Name, part.Role, _stored[part.Name].Size, _stored[part.Name].Sha256, part.Of, part.Role == PartRole.Signature ? part.Heading.Type : null);

    private SealPart MetadataPart() => new(MetadataName, PartRole.Metadata, _stored[MetadataName].Size, _stored[MetadataName].Sha256);

    private static byte[] EncodeSeal(Seal seal)
    {
        try
        {
            return seal.Encode();
        }
        catch (FormatException e)
        {
            throw UploadRules.Bad($"No seal can be made for this record: {e.Message}");
        }
    }
}

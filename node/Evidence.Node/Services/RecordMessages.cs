using Evidence.Core.Seals;
using Evidence.Node.Anchoring;
using Evidence.Node.Verification;
using Evidence.Storage;
using Google.Protobuf;

namespace Evidence.Node.Services;

/// <summary>Records and anchors as messages of the wire contract.</summary>
internal sealed class RecordMessages(AnchorHistories histories, Cosignatures cosignatures)
{
    /// <summary>The record with everything that is known of it.</summary>
    internal V1.Record Full(LogStore log, StoredRecord stored)
    {
        var metadata = ReadMetadata(log, stored);
        var record = Build(log, stored, metadata);
        record.Seal = ByteString.CopyFrom(stored.SealBytes);
        record.Description = metadata is null ? null : ToMessage(metadata.Description);
        return record;
    }

    /// <summary>The record as it stands in listings: without seal and description.</summary>
    internal V1.Record Listed(LogStore log, StoredRecord stored) => Build(log, stored, ReadMetadata(log, stored));

    /// <summary>A record of which only the index speaks, because its volume cannot be read.</summary>
    internal V1.Record Unreadable(LogStore log, ulong leaf, IndexedLeaf? indexed)
    {
        var record = new V1.Record { Record_ = indexed?.Record.ToString() ?? "", Log = log.Origin, Leaf = leaf };
        if (indexed is { } known) record.SealSha256 = ByteString.CopyFrom(known.SealSha256.ToArray());
        AddAnchor(record, log);
        return record;
    }

    internal V1.Anchor ToMessage(LogStore log, KeptAnchor anchor) => new()
    {
        Log = log.Origin,
        Size = anchor.Size,
        Root = ByteString.CopyFrom(anchor.Root.ToArray()),
        BlockHash = ByteString.CopyFrom(anchor.BlockHash),
        BlockNumber = anchor.BlockNumber,
        BlockUnixMs = anchor.BlockTime.ToUnixTimeMilliseconds(),
        TransactionHash = ByteString.CopyFrom(anchor.TransactionHash),
        Cosignatures = (uint)cosignatures.Count(new Core.Notes.Checkpoint(log.Origin, anchor.Size, anchor.Root).Text, log),
    };

    private V1.Record Build(LogStore log, StoredRecord stored, RecordMetadata? metadata)
    {
        var record = new V1.Record
        {
            Record_ = stored.RecordId.ToString(),
            Log = log.Origin,
            Leaf = stored.Leaf,
            SealSha256 = ByteString.CopyFrom(Core.Digest.Of(stored.SealBytes).ToArray()),
            ReceivedUnixMs = stored.Seal?.Received.ToUnixTimeMilliseconds() ?? 0,
            Submitter = stored.Seal?.Submitter ?? "",
        };
        record.Parts.AddRange(stored.Seal?.Parts.Select(part => ToMessage(part, metadata)) ?? []);
        AddAnchor(record, log);
        return record;
    }

    private void AddAnchor(V1.Record record, LogStore log)
    {
        var anchor = histories.Of(log).FirstCovering(record.Leaf);
        record.State = anchor is null ? V1.AnchorState.Sealed : V1.AnchorState.Anchored;
        if (anchor is not null) record.Anchor = ToMessage(log, anchor);
    }

    private static V1.Part ToMessage(SealPart part, RecordMetadata? metadata)
    {
        var label = metadata?.Files.GetValueOrDefault(part.Name);
        return new V1.Part
        {
            Name = part.Name,
            Role = (V1.PartRole)(part.Role + 1),
            Size = part.Size,
            Sha256 = ByteString.CopyFrom(part.Sha256.ToArray()),
            Of = part.Of ?? "",
            Type = part.Type ?? "",
            FileName = ByteString.CopyFrom(label?.Name ?? []),
            MediaType = label?.MediaType ?? "",
        };
    }

    internal static V1.Description ToMessage(RecordDescription description)
    {
        var message = new V1.Description
        {
            Title = description.Title,
            Fonds = description.Fonds,
            Series = description.Series,
            FileNumber = description.FileNumber,
            RetentionPeriod = description.RetentionPeriod,
            SecurityClass = description.SecurityClass,
        };
        message.Fields.Add(description.Fields.ToDictionary());
        return message;
    }

    // Names are a convenience here; a metadata part that cannot be read is a finding of the verification, not of a listing.
    private static RecordMetadata? ReadMetadata(LogStore log, StoredRecord stored)
    {
        if (stored.Seal?.Parts.FirstOrDefault(p => p.Role == PartRole.Metadata) is not { Size: < MaxMetadataBytes } part) return null;
        try
        {
            using var stream = log.OpenPart(stored.Place, part.Name);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return RecordMetadata.Parse(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            return null;
        }
    }

    private const int MaxMetadataBytes = 16 << 20;
}

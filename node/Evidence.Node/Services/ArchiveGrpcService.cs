using Evidence.Core.Seals;
using Evidence.Node.Archiving;
using Evidence.Node.Logs;
using Evidence.Node.Verification;
using Evidence.Storage;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;
using PartRole = Evidence.Core.Seals.PartRole;

namespace Evidence.Node.Services;

/// <summary>Takes records and gives them back.</summary>
internal sealed class ArchiveGrpcService(
    NodeLogs logs, RecordArchiver archiver, RecordFinder finder, RecordMessages messages, ContentSender content, ILogger<ArchiveGrpcService> logger)
    : ArchiveService.ArchiveServiceBase
{
    private const string Listing = "records";

    public override Task<ArchiveResponse> Archive(IAsyncStreamReader<ArchiveRequest> requestStream, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            if (!await requestStream.MoveNext(ct) || requestStream.Current.MessageCase != ArchiveRequest.MessageOneofCase.Header)
                throw ServiceCall.InvalidArgument("The first message of an upload must be its header.");
            var header = requestStream.Current.Header;
            await using var upload = archiver.Begin(header.Submitter, Describe(header.Description));
            while (await requestStream.MoveNext(ct)) await TakeAsync(upload, requestStream.Current, ct);
            return Receipt(await upload.CompleteAsync(ct));
        });

    public override Task<Record> GetRecord(GetRecordRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            var id = RequestReading.RecordIdOf(request.Record);
            var (log, stored) = await finder.FindAsync(id, ct) ?? throw RequestReading.NoSuchRecord(id);
            return messages.Full(log, stored);
        });

    public override Task<ListRecordsResponse> ListRecords(ListRecordsRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            var log = RequestReading.LogOf(logs, request.Log);
            var first = PageToken.Decode(request.PageToken, Listing, log, 0);
            var response = new ListRecordsResponse { Total = log.Size };
            var end = Math.Min(response.Total, first + (ulong)PageToken.SizeOf(request.PageSize));
            for (var leaf = first; leaf < end; leaf++) response.Records.Add(await ListAsync(log, leaf, ct));
            if (end < response.Total) response.NextPageToken = PageToken.Encode(Listing, log, end);
            return response;
        });

    public override Task ReadContent(ReadContentRequest request, IServerStreamWriter<ReadContentResponse> responseStream, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            var id = RequestReading.RecordIdOf(request.Record);
            var (log, stored) = await finder.FindAsync(id, ct) ?? throw RequestReading.NoSuchRecord(id);
            await content.SendAsync(log, stored, request, responseStream, ct);
        });

    private static async ValueTask TakeAsync(RecordUpload upload, ArchiveRequest message, CancellationToken ct)
    {
        switch (message.MessageCase)
        {
            case ArchiveRequest.MessageOneofCase.Part:
                await upload.BeginPartAsync(Heading(message.Part), ct);
                break;
            case ArchiveRequest.MessageOneofCase.Chunk:
                await upload.WriteAsync(message.Chunk.Memory, ct);
                break;
            case ArchiveRequest.MessageOneofCase.Header:
                throw ServiceCall.InvalidArgument("The header came twice: one call files one record.");
            default:
                throw ServiceCall.InvalidArgument("A message of the upload is empty: it must be a part header or a chunk.");
        }
    }

    private static PartHeading Heading(PartHeader part) =>
        new(RoleOf(part.Role), part.FileName.ToByteArray(), part.MediaType, part.Of, part.Type, part.Size);

    private static PartRole RoleOf(V1.PartRole role) => role switch
    {
        V1.PartRole.Content => PartRole.Content,
        V1.PartRole.Signature => PartRole.Signature,
        V1.PartRole.Certificates => PartRole.Certificates,
        V1.PartRole.Timestamp => PartRole.Timestamp,
        V1.PartRole.Metadata => throw ServiceCall.InvalidArgument("The metadata part is made by the node: send the description in the header."),
        _ => throw ServiceCall.InvalidArgument($"A part has the role {role}: content, signature, certificates or timestamp is expected."),
    };

    private static RecordDescription Describe(Description? description) => description is null
        ? RecordDescription.Empty
        : new RecordDescription(
            description.Title, description.Fonds, description.Series, description.FileNumber, description.RetentionPeriod, description.SecurityClass,
            description.Fields.ToDictionary());

    private ArchiveResponse Receipt(ArchivedRecord record) => new()
    {
        Record = record.Record.ToString(),
        Log = logs.Own.Origin,
        Leaf = record.Leaf,
        SealSha256 = ByteString.CopyFrom(record.SealSha256.ToArray()),
        ReceivedUnixMs = record.Received.ToUnixTimeMilliseconds(),
        State = AnchorState.Sealed,
        Signature = record.Signature,
    };

    // A damaged record must not hide those around it.
    private async Task<Record> ListAsync(LogStore log, ulong leaf, CancellationToken ct)
    {
        var indexed = log.FindLeaf(leaf);
        if (indexed is not { } known) return messages.Unreadable(log, leaf, indexed);
        try
        {
            return messages.Listed(log, await log.ReadRecordAsync(known.Place, ct));
        }
        catch (IOException)
        {
            return messages.Unreadable(log, leaf, indexed);
        }
    }
}

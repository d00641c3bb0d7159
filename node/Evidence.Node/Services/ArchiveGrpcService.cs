using Evidence.Node.Access;
using Evidence.Node.Archiving;
using Evidence.Node.Events;
using Evidence.Node.Logs;
using Evidence.Node.Verification;
using Evidence.Storage;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>Takes records and gives them back.</summary>
internal sealed class ArchiveGrpcService(
    NodeLogs logs, RecordArchiver archiver, RecordFinder finder, RecordMessages messages, ContentSender content, EventRecorder events, ILogger<ArchiveGrpcService> logger)
    : ArchiveService.ArchiveServiceBase
{
    private const string Listing = "records";

    public override Task<ArchiveResponse> Archive(IAsyncStreamReader<ArchiveRequest> requestStream, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            if (!await requestStream.MoveNext(ct) || requestStream.Current.MessageCase != ArchiveRequest.MessageOneofCase.Header)
                throw ServiceCall.InvalidArgument("The first message of an upload must be its header.");
            var header = requestStream.Current.Header;
            header.Submitter = CallAccess.Of(context).SubmitterOf(header.Submitter);
            await using var upload = archiver.Begin(UploadMessages.Header(header));
            while (await requestStream.MoveNext(ct)) await TakeAsync(upload, requestStream.Current, ct);
            return Receipt(await upload.CompleteAsync(ct));
        });

    public override Task<ArchiveResponse> ArchiveRecord(ArchiveRecordRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            using (request.Lease) return Receipt(await archiver.ArchiveAsync(UploadMessages.Whole(request, CallAccess.Of(context)), ct));
        });

    public override Task ArchiveMany(
        IAsyncStreamReader<ArchiveManyRequest> requestStream, IServerStreamWriter<ArchiveManyResponse> responseStream, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, ct =>
            new RecordStream(archiver, CallAccess.Of(context), Receipt, e => ServiceCall.Explain(logger, context, e)).RunAsync(requestStream, responseStream, ct));

    public override Task<Record> GetRecord(GetRecordRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            var id = RequestReading.RecordIdOf(request.Record);
            var (log, stored) = await finder.FindAsync(id, ct) ?? throw RequestReading.NoSuchRecord(id);
            CallAccess.Of(context).Demand(log, stored.Seal);
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
            CallAccess.Of(context).Demand(log, stored.Seal);
            await content.SendAsync(log, stored, request, responseStream, () => events.ReadOut(log, stored, CallAccess.AgentOf(context)), ct);
        });

    private ArchiveResponse Receipt(ArchivedRecord record) => UploadMessages.Receipt(record, logs.Own.Origin);

    private static async ValueTask TakeAsync(RecordUpload upload, ArchiveRequest message, CancellationToken ct)
    {
        switch (message.MessageCase)
        {
            case ArchiveRequest.MessageOneofCase.Part:
                await upload.BeginPartAsync(UploadMessages.Heading(message.Part), ct);
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

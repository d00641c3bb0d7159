using Evidence.Node.Access;
using Evidence.Node.Archiving;
using Evidence.Node.Archiving.Uploads;
using Evidence.Node.Logs;
using Evidence.Storage;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>Takes large records that may be broken off and gone on with.</summary>
internal sealed class UploadGrpcService(NodeLogs logs, UploadBook uploads, ILogger<UploadGrpcService> logger) : UploadService.UploadServiceBase
{
    public override Task<UploadStatus> CreateUpload(CreateUploadRequest request, ServerCallContext context) => ServiceCall.RunAsync(logger, context, async _ =>
    {
        if (request.Header is not { } header) throw ServiceCall.InvalidArgument("The upload has no header.");
        header.Submitter = CallAccess.Of(context).SubmitterOf(header.Submitter);
        return Status(await uploads.CreateAsync(UploadMessages.Header(header)));
    });

    public override Task<UploadStatus> WriteUpload(IAsyncStreamReader<WriteUploadRequest> requestStream, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            if (!await requestStream.MoveNext(ct) || requestStream.Current.Position is not { } position)
                throw ServiceCall.InvalidArgument("The first message must say where the upload goes on.");
            var upload = await FindAsync(position.Upload, context, ct);
            await KeptAsync(() => uploads.WriteAsync(upload, (record, token) => TakeAsync(record, position, requestStream, token), ct));
            return Status(upload);
        });

    public override Task<ArchiveResponse> FinishUpload(FinishUploadRequest request, ServerCallContext context) => ServiceCall.RunAsync(logger, context, async ct =>
    {
        var upload = await FindAsync(request.Upload, context, ct);
        return UploadMessages.Receipt(await KeptAsync(() => uploads.FinishAsync(upload, ct)), logs.Own.Origin);
    });

    public override Task<UploadStatus> GetUpload(GetUploadRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct => Status(await FindAsync(request.Upload, context, ct)));

    public override Task<ListUploadsResponse> ListUploads(ListUploadsRequest request, ServerCallContext context) => ServiceCall.RunAsync(logger, context, async ct =>
    {
        var response = new ListUploadsResponse();
        foreach (var upload in uploads.Unfinished.Where(upload => CallAccess.Of(context).MayHaveOf(upload.Header.Submitter)))
            if (await uploads.FindAsync(upload.Id, ct) is { Finished: null }) response.Uploads.Add(Status(upload));
        return response;
    });

    public override Task<DeleteUploadResponse> DeleteUpload(DeleteUploadRequest request, ServerCallContext context) => ServiceCall.RunAsync(logger, context, async ct =>
    {
        var upload = await FindAsync(request.Upload, context, ct);
        return await uploads.RemoveAsync(upload.Id) ? new DeleteUploadResponse() : throw NoSuchUpload(request.Upload);
    });

    private static async Task TakeAsync(RecordUpload upload, V1.UploadPosition position, IAsyncStreamReader<WriteUploadRequest> requests, CancellationToken ct)
    {
        if (upload.Position is var at && (at.Parts != position.Parts || at.Offset != position.Offset))
            throw new ArchiveRefusedException(
                Refusal.Elsewhere, $"The upload goes on at part {at.Parts}, byte {at.Offset}, not at part {position.Parts}, byte {position.Offset}. GetUpload says the same.");
        while (await requests.MoveNext(ct)) await TakeAsync(upload, requests.Current, ct);
    }

    private static async ValueTask TakeAsync(RecordUpload upload, WriteUploadRequest message, CancellationToken ct)
    {
        switch (message.MessageCase)
        {
            case WriteUploadRequest.MessageOneofCase.Chunk:
                await upload.WriteAsync(message.Chunk.Memory, ct);
                break;
            case WriteUploadRequest.MessageOneofCase.Part:
                await upload.BeginPartAsync(UploadMessages.Heading(message.Part), ct);
                break;
            case WriteUploadRequest.MessageOneofCase.End:
                await upload.EndPartAsync(message.End.Sha256.IsEmpty ? null : RequestReading.DigestOf(message.End.Sha256));
                break;
            default:
                throw ServiceCall.InvalidArgument("Behind the position, a message must be a part header, a chunk or the end of a part.");
        }
    }

    // What came before stays; a record that is sent as a whole would be gone.
    private static async Task<T> KeptAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (StorageFullException e)
        {
            throw ServiceCall.Error(StatusCode.ResourceExhausted, $"{e.Message} What came of the upload is kept: go on when there is room.");
        }
    }

    private static Task KeptAsync(Func<Task> call) => KeptAsync(async () =>
    {
        await call();
        return true;
    });

    private async Task<ResumableUpload> FindAsync(string upload, ServerCallContext context, CancellationToken ct)
    {
        var found = await uploads.FindAsync(RequestReading.RecordIdOf(upload), ct) ?? throw NoSuchUpload(upload);
        CallAccess.Of(context).DemandOf(found.Header.Submitter);
        return found;
    }

    private RpcException NoSuchUpload(string upload) => ServiceCall.NotFound(
        $"This node has no upload {upload}. One is removed when no byte has come for {uploads.Keep.TotalSeconds:0} seconds; if it was finished, GetRecord knows the record of this number.");

    private UploadStatus Status(ResumableUpload upload)
    {
        var (state, header) = (upload.State, upload.Header);
        var status = new UploadStatus
        {
            Upload = upload.Id.ToString(),
            Submitter = header.Submitter,
            Description = RecordMessages.ToMessage(header.Description),
            LastByteUnixMs = upload.LastByte.ToUnixTimeMilliseconds(),
            ExpiresUnixMs = (upload.LastByte + uploads.Keep).ToUnixTimeMilliseconds(),
            Receipt = upload.Finished is { } record ? UploadMessages.Receipt(record, logs.Own.Origin) : null,
        };
        status.Parts.AddRange(state.Parts.Select(UploadMessages.Part));
        return status;
    }
}

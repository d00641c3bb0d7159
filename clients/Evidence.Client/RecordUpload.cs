using System.Buffers;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Client;

/// <summary>Streams one record to a node.</summary>
internal sealed class RecordUpload(IClientStreamWriter<ArchiveRequest> requests, IProgress<long>? bytesSent)
{
    private const int ChunkSize = 128 * 1024;

    private long _sent;

    public static async Task<ArchiveResponse> SendAsync(
        ArchiveService.ArchiveServiceClient client, RecordDraft draft, IProgress<long>? bytesSent, CancellationToken ct)
    {
        using var call = client.Archive(cancellationToken: ct);
        try
        {
            await new RecordUpload(call.RequestStream, bytesSent).SendAsync(draft, ct);
        }
        catch (RpcException)
        {
            // The node ended the call before it had everything: its status says why, and the response below throws it.
        }
        return await call.ResponseAsync;
    }

    private async Task SendAsync(RecordDraft draft, CancellationToken ct)
    {
        var header = new ArchiveHeader { Submitter = draft.Submitter, Description = draft.Description };
        await requests.WriteAsync(new ArchiveRequest { Header = header }, ct);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            foreach (var part in draft.Parts)
                await SendPartAsync(part, buffer.AsMemory(0, ChunkSize), ct);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        await requests.CompleteAsync();
    }

    private async Task SendPartAsync(DraftPart part, Memory<byte> buffer, CancellationToken ct)
    {
        await using var content = part.Open();
        await requests.WriteAsync(new ArchiveRequest { Part = part.ToHeader() }, ct);
        for (int read; (read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct)) > 0;)
        {
            // The message is encoded before the write returns to us, so the buffer can be used again after it.
            await requests.WriteAsync(new ArchiveRequest { Chunk = UnsafeByteOperations.UnsafeWrap(buffer[..read]) }, ct);
            bytesSent?.Report(_sent += read);
        }
    }
}

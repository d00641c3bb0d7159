using Evidence.Core;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Tests.Nodes;

/// <summary>An upload that is sent piece by piece, in as many calls as a test likes.</summary>
internal sealed class PartwiseUpload(TestNode node, string id)
{
    internal const int ChunkSize = 64 << 10;

    internal string Id { get; } = id;

    private UploadService.UploadServiceClient Service => node.Client.Uploads;

    internal static async Task<PartwiseUpload> CreateAsync(TestNode node, string submitter = "tester") =>
        new(node, (await node.Client.Uploads.CreateUploadAsync(new CreateUploadRequest { Header = new ArchiveHeader { Submitter = submitter } })).Upload);

    internal static PartHeader Header(byte[] content, PartRole role = PartRole.Content, uint of = 0, string type = "") =>
        new() { Role = role, Size = content.Length, Of = of, Type = type, FileName = role == PartRole.Content ? ByteString.CopyFromUtf8("大文件.bin") : ByteString.Empty };

    internal static IEnumerable<WriteUploadRequest> Chunks(ReadOnlyMemory<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at += ChunkSize)
            yield return new WriteUploadRequest { Chunk = ByteString.CopyFrom(bytes.Span[at..Math.Min(bytes.Length, at + ChunkSize)]) };
    }

    internal static IEnumerable<WriteUploadRequest> Whole(byte[] content, PartRole role = PartRole.Content, uint of = 0, string type = "") =>
        [new() { Part = Header(content, role, of, type) }, .. Chunks(content), End(content)];

    internal static WriteUploadRequest End(byte[] content) => new() { End = new PartEnd { Sha256 = ByteString.CopyFrom(Digest.Of(content).ToArray()) } };

    internal async Task<UploadStatus> StatusAsync() => await Service.GetUploadAsync(new GetUploadRequest { Upload = Id });

    internal async Task<ArchiveResponse> FinishAsync() => await Service.FinishUploadAsync(new FinishUploadRequest { Upload = Id });

    internal async Task DeleteAsync() => await Service.DeleteUploadAsync(new DeleteUploadRequest { Upload = Id });

    internal async Task<IReadOnlyList<string>> ListAsync() => [.. (await Service.ListUploadsAsync(new ListUploadsRequest())).Uploads.Select(u => u.Upload)];

    /// <summary>A call that is not ended yet.</summary>
    internal AsyncClientStreamingCall<WriteUploadRequest, UploadStatus> Open() => Service.WriteUpload();

    internal WriteUploadRequest At(int parts, long offset) => new() { Position = new UploadPosition { Upload = Id, Parts = (uint)parts, Offset = offset } };

    /// <summary>Sends messages from a position on, to the end of the call.</summary>
    internal async Task<UploadStatus> SendAsync(int parts, long offset, params IEnumerable<WriteUploadRequest> messages)
    {
        using var call = Open();
        try
        {
            await call.RequestStream.WriteAsync(At(parts, offset));
            foreach (var message in messages) await call.RequestStream.WriteAsync(message);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // The node refused before it had read everything; the response says why.
        }

        return await call.ResponseAsync;
    }

    internal async Task<Status> RefusedAsync(int parts, long offset, params IEnumerable<WriteUploadRequest> messages) =>
        (await Assert.ThrowsAsync<RpcException>(() => SendAsync(parts, offset, messages))).Status;
}

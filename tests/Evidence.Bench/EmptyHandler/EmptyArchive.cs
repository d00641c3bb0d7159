using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Bench.EmptyHandler;

/// <summary>Answers at once and keeps nothing: what gRPC alone costs. Answers of a stream are sent together as far as further records have come already, as the node does it.</summary>
internal sealed class EmptyArchive : ArchiveService.ArchiveServiceBase
{
    private static readonly WriteOptions MoreFollows = new(WriteFlags.BufferHint);
    private static readonly WriteOptions Last = new();

    public override Task<ArchiveResponse> ArchiveRecord(ArchiveRecordRequest request, ServerCallContext context) => Task.FromResult(Receipt());

    public override async Task ArchiveMany(
        IAsyncStreamReader<ArchiveManyRequest> requestStream, IServerStreamWriter<ArchiveManyResponse> responseStream, ServerCallContext context)
    {
        var more = await requestStream.MoveNext(context.CancellationToken);
        while (more)
        {
            var response = new ArchiveManyResponse { Number = requestStream.Current.Number, Receipt = Receipt() };
            var next = requestStream.MoveNext(context.CancellationToken);
            responseStream.WriteOptions = next.IsCompleted ? MoreFollows : Last;
            await responseStream.WriteAsync(response, context.CancellationToken);
            more = await next;
        }
    }

    // As long as a real one.
    private static ArchiveResponse Receipt() => new()
    {
        Record = "00000000-0000-7000-8000-000000000000",
        Log = "evidence.local/node1",
        Leaf = 1_000_000,
        SealSha256 = ByteString.CopyFrom(new byte[32]),
        ReceivedUnixMs = 1_800_000_000_000,
        State = AnchorState.Sealed,
        Signature = "NONE",
    };
}

using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Node.Anchoring;
using Evidence.Node.Events;
using Evidence.Node.Logs;
using Evidence.Node.Verification;
using Evidence.Storage;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;
using Proofs = Evidence.Core.Log;

namespace Evidence.Node.Services;

/// <summary>The anchors of a log and the proofs that it was only ever appended to.</summary>
internal sealed class AuditGrpcService(
    NodeLogs logs, AnchorHistories histories, Cosignatures cosignatures, RecordMessages messages, RecordFinder finder, EventHistory history, ILogger<AuditGrpcService> logger) : AuditService.AuditServiceBase
{
    private const string Listing = "anchors";

    public override Task<ListAnchorsResponse> ListAnchors(ListAnchorsRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, _ =>
        {
            var log = RequestReading.LogOf(logs, request.Log);
            var count = PageToken.SizeOf(request.PageSize);
            var below = PageToken.Decode(request.PageToken, Listing, log, ulong.MaxValue);
            var page = histories.Of(log).Current.Reverse().SkipWhile(a => a.Size >= below).Take(count + 1).ToList();
            var response = new ListAnchorsResponse();
            response.Anchors.AddRange(page.Take(count).Select(a => messages.ToMessage(log, a)));
            if (page.Count > count) response.NextPageToken = PageToken.Encode(Listing, log, page[count - 1].Size);
            return Task.FromResult(response);
        });

    public override Task<V1.InclusionProof> GetInclusionProof(GetInclusionProofRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, _ =>
        {
            var (log, leaf) = FindLeaf(request);
            var size = SizeOf(log, request.Size);
            if (leaf >= size) throw ServiceCall.OutOfRange($"A tree of {size} leaves has no leaf {leaf}.");
            var proof = new V1.InclusionProof
            {
                Log = log.Origin,
                Leaf = leaf,
                LeafHash = Bytes(log.LeafHash(leaf)),
                Size = size,
                Root = Bytes(log.RootAt(size)),
                Checkpoint = CheckpointOf(log, size),
            };
            proof.Hashes.AddRange(Proofs.InclusionProof.Make(leaf, size, log.Nodes(size)).Select(Bytes));
            return Task.FromResult(proof);
        });

    public override Task<V1.ConsistencyProof> GetConsistencyProof(GetConsistencyProofRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, _ =>
        {
            var log = RequestReading.LogOf(logs, request.Log);
            var size = SizeOf(log, request.NewSize);
            if (request.OldSize > size) throw ServiceCall.InvalidArgument($"The old size, {request.OldSize}, is larger than the new one, {size}.");
            var proof = new V1.ConsistencyProof
            {
                Log = log.Origin,
                OldSize = request.OldSize,
                OldRoot = Bytes(RootAt(log, request.OldSize)),
                NewSize = size,
                NewRoot = Bytes(RootAt(log, size)),
            };
            if (request.OldSize > 0) proof.Hashes.AddRange(Proofs.ConsistencyProof.Make(request.OldSize, size, log.Nodes(size)).Select(Bytes));
            return Task.FromResult(proof);
        });

    public override Task ListEvents(ListEventsRequest request, IServerStreamWriter<Event> responseStream, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            await foreach (var told in request.Record.Length > 0 ? await OfRecordAsync(request, ct) : history.OfLogAsync(RequestReading.LogOf(logs, request.Log), ct))
                await responseStream.WriteAsync(EventMessages.Of(told), ct);
        });

    public override Task ReadEntries(ReadEntriesRequest request, IServerStreamWriter<ReadEntriesResponse> responseStream, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            var log = RequestReading.LogOf(logs, request.Log);
            if (request.From > request.To || request.To > log.Size) throw ServiceCall.OutOfRange($"The log {log.Origin} has {log.Size} leaves: there are none from {request.From} to {request.To}.");
            foreach (var piece in EventMessages.Pieces(log, request.From, request.To)) await responseStream.WriteAsync(piece, ct);
        });

    private async Task<IAsyncEnumerable<ToldEvent>> OfRecordAsync(ListEventsRequest request, CancellationToken ct)
    {
        var id = RequestReading.RecordIdOf(request.Record);
        var (log, stored) = await finder.FindAsync(id, ct) ?? throw RequestReading.NoSuchRecord(id);
        return history.OfRecordAsync(log, stored, ct);
    }

    private (LogStore Log, ulong Leaf) FindLeaf(GetInclusionProofRequest request)
    {
        if (request.LeafByCase == GetInclusionProofRequest.LeafByOneofCase.Leaf) return (RequestReading.LogOf(logs, request.Log), request.Leaf);
        if (request.LeafByCase != GetInclusionProofRequest.LeafByOneofCase.Record) throw ServiceCall.InvalidArgument("Name the leaf by its index or by its record.");
        var id = RequestReading.RecordIdOf(request.Record);
        IEnumerable<LogStore> candidates = request.Log.Length == 0 ? logs.All : [RequestReading.LogOf(logs, request.Log)];
        foreach (var log in candidates)
            if (log.Find(id) is { } place) return (log, place.Leaf);
        throw RequestReading.NoSuchRecord(id);
    }

    private static ulong SizeOf(LogStore log, ulong requested)
    {
        if (requested == 0) return log.Checkpoint is { } note ? Checkpoint.Parse(note.Text).Size : 0;
        return requested <= log.Size ? requested : throw ServiceCall.OutOfRange($"The log {log.Origin} has {log.Size} leaves, fewer than {requested}.");
    }

    private string CheckpointOf(LogStore log, ulong size)
    {
        if (log.Checkpoint is { } latest && Checkpoint.Parse(latest.Text).Size == size) return cosignatures.AddTo(latest, log).Encode();
        var history = histories.Of(log);
        return history.Current.FirstOrDefault(a => a.Size == size) is { } anchor && history.Read(anchor) is { } proof
            ? cosignatures.AddTo(SignedNote.Parse(proof.Checkpoint), log).Encode()
            : "";
    }

    private static Digest RootAt(LogStore log, ulong size) => size == 0 ? MerkleTree.EmptyRoot : log.RootAt(size);

    private static ByteString Bytes(Digest digest) => ByteString.CopyFrom(digest.ToArray());
}

using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Node.Access;
using Evidence.Node.Anchoring;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Replication;
using Evidence.Node.Replication.Possession;
using Evidence.Storage;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>Gives a node's logs, its own and its mirrors, to whoever wants to mirror or check them.</summary>
internal sealed class ReplicationGrpcService(NodeLogs logs, CosignatureDesk desk, AnchorCandidate candidate, PossessionDesk possession, ReplicaMatrix matrix, NodeOptions options, IHostApplicationLifetime lifetime) : ReplicationService.ReplicationServiceBase
{
    private const int ChunkSize = 80 * 1024; // the runtime keeps larger arrays apart, and collects them seldom

    /// <inheritdoc/>
    public override Task<ListLogsResponse> ListLogs(ListLogsRequest request, ServerCallContext context)
    {
        var response = new ListLogsResponse { Logs = { Describe(logs.Own, own: true) }, Place = options.Replicas.Place, Medium = options.Replicas.Medium };
        if (candidate.Note is { } note) response.Logs[0].Candidate = ByteString.CopyFromUtf8(note.Encode());
        response.Logs.AddRange(logs.Mirrors.Values.Select(mirror => Describe(mirror, own: false)));
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override Task<GetCheckpointResponse> GetCheckpoint(GetCheckpointRequest request, ServerCallContext context)
    {
        var note = Find(request.Log).Checkpoint ?? throw Fail(StatusCode.NotFound, $"The log '{request.Log}' has no checkpoint yet.");
        return Task.FromResult(new GetCheckpointResponse { Note = ByteString.CopyFromUtf8(note.Encode()) });
    }

    /// <inheritdoc/>
    public override Task<ListVolumesResponse> ListVolumes(ListVolumesRequest request, ServerCallContext context)
    {
        var response = new ListVolumesResponse();
        response.Volumes.AddRange(Find(request.Log).Volumes.Select(
            volume => new VolumeInfo { Number = volume.Number, Length = volume.DurableLength, Closed = volume.Closed }));
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override async Task ReadVolume(ReadVolumeRequest request, IServerStreamWriter<ReadVolumeResponse> responseStream, ServerCallContext context)
    {
        var log = Find(request.Log);
        var volume = log.Volumes.FirstOrDefault(known => known.Number == request.Volume)
            ?? throw Fail(StatusCode.NotFound, $"The log '{request.Log}' has no volume {request.Volume}.");
        if (request.Offset < 0 || request.Length < 0 || request.Offset > volume.DurableLength)
            throw Fail(StatusCode.OutOfRange, $"Volume {request.Volume} has {volume.DurableLength} bytes that can be read; {request.Length} from byte {request.Offset} were asked for.");
        var rest = volume.DurableLength - request.Offset;
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        await CopyAsync(log, request, request.Length == 0 ? rest : Math.Min(rest, request.Length), responseStream, reading.Token);
    }

    private static async Task CopyAsync(
        LogStore log, ReadVolumeRequest request, long length, IServerStreamWriter<ReadVolumeResponse> responseStream, CancellationToken ct)
    {
        if (length == 0) return;
        try
        {
            await using var bytes = log.ReadVolume(request.Volume, request.Offset, length);
            var buffer = new byte[ChunkSize];
            int count;
            while ((count = await bytes.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct)) > 0)
                await responseStream.WriteAsync(new ReadVolumeResponse { Chunk = ByteString.CopyFrom(buffer, 0, count) }, ct);
        }
        catch (IOException e)
        {
            throw Fail(StatusCode.DataLoss, $"Volume {request.Volume} of '{request.Log}' cannot be read here: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public override async Task ReadProofs(ReadProofsRequest request, IServerStreamWriter<ReadProofsResponse> responseStream, ServerCallContext context)
    {
        var log = Find(request.Log);
        var file = request.File switch
        {
            ProofFile.Anchors => log.Anchors,
            ProofFile.Cosignatures => log.Cosignatures,
            _ => throw Fail(StatusCode.InvalidArgument, "file is PROOF_FILE_ANCHORS or PROOF_FILE_COSIGNATURES."),
        };
        if (request.First < 0) throw Fail(StatusCode.InvalidArgument, "first is a line, counted from 0.");
        foreach (var entry in file.Read(request.First))
        {
            await responseStream.WriteAsync(new ReadProofsResponse { Entry = ByteString.CopyFrom(entry) }, context.CancellationToken);
        }
    }

    /// <inheritdoc/>
    public override Task<ReadTileResponse> ReadTile(ReadTileRequest request, ServerCallContext context)
    {
        var log = Find(request.Log);
        if (!TileId.TryParse(request.Path, out var tile) || tile.IsEntryBundle)
            throw Fail(StatusCode.InvalidArgument, $"'{request.Path}' is not the path of a hash tile, such as tile/0/x001/234.p/17.");
        if ((UInt128)tile.Index * TileId.FullWidth + (uint)tile.Width > log.Size >> (TileId.Height * tile.Level))
            throw Fail(StatusCode.NotFound, $"The log '{request.Log}' has {log.Size} leaves, and so no tile {request.Path} yet.");
        try
        {
            return Task.FromResult(new ReadTileResponse { Tile = ByteString.CopyFrom(log.ReadTile(tile).Span) });
        }
        catch (Exception e) when (e is IOException or MissingNodeException)
        {
            throw Fail(StatusCode.DataLoss, $"Tile {request.Path} of '{request.Log}' cannot be read here: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public override async Task<AddCosignatureResponse> AddCosignature(AddCosignatureRequest request, ServerCallContext context)
    {
        if (request.Log.Length != 0 && request.Log != logs.Own.Origin)
            throw Fail(StatusCode.FailedPrecondition, $"This node writes '{logs.Own.Origin}'; cosignatures of '{request.Log}' go to the node that writes that log.");
        try
        {
            await desk.AddAsync(SignedNote.Parse(request.Note.Span), context.CancellationToken);
            return new AddCosignatureResponse();
        }
        catch (FormatException e)
        {
            throw Fail(StatusCode.InvalidArgument, e.Message);
        }
        catch (UnknownWitnessException e)
        {
            throw Fail(StatusCode.NotFound, e.Message); // not PERMISSION_DENIED: that is how the door refuses a caller, whatever it asks for
        }
        catch (UnknownCheckpointException e)
        {
            throw Fail(StatusCode.FailedPrecondition, e.Message);
        }
    }

    /// <inheritdoc/>
    public override async Task<ProvePossessionResponse> ProvePossession(ProvePossessionRequest request, ServerCallContext context)
    {
        try
        {
            var ranges = request.Ranges.Select(range => new PossessionRange(range.Volume, range.Offset, range.Length)).ToList();
            var proofs = await possession.AnswerAsync(CallAccess.AgentOf(context), request.Log, request.Nonce.Memory, ranges, context.CancellationToken);
            return new ProvePossessionResponse { Proofs = { proofs.Select(proof => ByteString.CopyFrom(proof.ToArray())) } };
        }
        catch (FormatException e)
        {
            throw Fail(StatusCode.InvalidArgument, e.Message);
        }
        catch (PossessionBusyException e)
        {
            throw Fail(StatusCode.ResourceExhausted, e.Message);
        }
        catch (IOException e)
        {
            throw Fail(e is FileNotFoundException ? StatusCode.NotFound : e is EndOfStreamException ? StatusCode.OutOfRange : StatusCode.DataLoss, e.Message);
        }
    }

    /// <inheritdoc/>
    public override async Task<ListReplicasResponse> ListReplicas(ListReplicasRequest request, ServerCallContext context)
    {
        var log = Find(request.Log);
        var response = new ListReplicasResponse { Log = log.Origin, SinceUnixMs = matrix.Since.ToUnixTimeMilliseconds() };
        foreach (var row in await matrix.OfAsync(log, null, context.CancellationToken))
        {
            var volume = new VolumeReplicas { Volume = row.Volume, Bytes = row.Bytes };
            if (row.FirstLeaf is { } first) volume.FirstLeaf = first;
            volume.Replicas.AddRange(row.Cells.Select(cell => new Replica
            {
                Node = cell.Node,
                Self = cell.IsSelf,
                Place = cell.Place,
                Medium = cell.Medium,
                ProvenBytes = cell.ProvenBytes,
                OldestUnixMs = cell.Oldest?.ToUnixTimeMilliseconds() ?? 0,
                Wrong = cell.IsWrong,
            }));
            response.Volumes.Add(volume);
        }

        return response;
    }

    private LogStore Find(string origin) =>
        logs.Find(origin) ?? throw Fail(StatusCode.NotFound, $"This node holds no log '{origin}'; ListLogs names those that it holds.");

    private static LogInfo Describe(LogStore log, bool own)
    {
        var info = new LogInfo { Origin = log.Origin, Key = log.Keys.First.ToString(), Own = own, Size = log.Size };
        info.Rotations.AddRange(log.Keys.Rotations.Select(rotation => rotation.Encode()));
        return info;
    }

    private static RpcException Fail(StatusCode code, string what) => new(new Status(code, what));
}

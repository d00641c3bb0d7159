using System.Runtime.CompilerServices;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Node.Replication.Possession;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Node.Replication;

/// <summary>A peer over gRPC.</summary>
internal sealed class PeerClient(string name, ReplicationService.ReplicationServiceClient client, TimeProvider time) : IPeer
{
    private static readonly TimeSpan UnaryTimeout = TimeSpan.FromSeconds(10);

    // A stream may carry a whole volume over a slow link: this bounds the wait for each message, not for the stream.
    private static readonly TimeSpan MessageTimeout = TimeSpan.FromSeconds(30);

    public string Name => name;

    public async Task<IReadOnlyList<PeerLog>> ListLogsAsync(CancellationToken ct)
    {
        var response = await CallAsync(options => client.ListLogsAsync(new ListLogsRequest(), options), ct);
        return [.. response.Logs.Select(log => new PeerLog(log.Origin, log.Key, log.Own, log.Size) { Rotations = [.. log.Rotations], Candidate = log.Candidate.IsEmpty ? null : log.Candidate.ToByteArray(), Place = PlainText.Of(response.Place), Medium = PlainText.Of(response.Medium) })];
    }

    public async Task<byte[]?> GetCheckpointAsync(string origin, CancellationToken ct)
    {
        try
        {
            var response = await CallAsync(options => client.GetCheckpointAsync(new GetCheckpointRequest { Log = origin }, options), ct);
            return response.Note.IsEmpty ? null : response.Note.ToByteArray();
        }
        catch (PeerUntrueException e) when (e.InnerStatus == StatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<PeerVolume>> ListVolumesAsync(string origin, CancellationToken ct)
    {
        var response = await CallAsync(options => client.ListVolumesAsync(new ListVolumesRequest { Log = origin }, options), ct);
        return [.. response.Volumes.Select(volume => new PeerVolume(volume.Number, volume.Length, volume.Closed)).OrderBy(volume => volume.Number)];
    }

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadVolumeAsync(string origin, uint volume, long offset, long length, CancellationToken ct)
    {
        var request = new ReadVolumeRequest { Log = origin, Volume = volume, Offset = offset, Length = length };
        return WithinAsync(length, StreamAsync(options => client.ReadVolume(request, options), response => response.Chunk, ct), ct);
    }

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadProofsAsync(string origin, ProofKind kind, long first, CancellationToken ct)
    {
        var file = kind == ProofKind.Anchors ? ProofFile.Anchors : ProofFile.Cosignatures;
        var request = new ReadProofsRequest { Log = origin, File = file, First = first };
        return StreamAsync(options => client.ReadProofs(request, options), response => response.Entry, ct);
    }

    public async Task<byte[]> ReadTileAsync(string origin, TileId tile, CancellationToken ct)
    {
        var request = new ReadTileRequest { Log = origin, Path = tile.Path };
        return (await CallAsync(options => client.ReadTileAsync(request, options), ct)).Tile.ToByteArray();
    }

    public async Task<IReadOnlyList<Digest>> ProvePossessionAsync(string origin, byte[] nonce, IReadOnlyList<PossessionRange> ranges, CancellationToken ct)
    {
        var request = new ProvePossessionRequest { Log = origin, Nonce = ByteString.CopyFrom(nonce) };
        request.Ranges.AddRange(ranges.Select(range => new VolumeRange { Volume = range.Volume, Offset = range.Offset, Length = range.Length }));
        var response = await CallAsync(options => client.ProvePossessionAsync(request, options), ct);
        if (response.Proofs.Any(proof => proof.Length != Digest.Size)) throw new PeerUntrueException(name, "a proof of possession is no SHA-256.");
        return [.. response.Proofs.Select(proof => new Digest(proof.Span))];
    }

    public async Task AddCosignatureAsync(string origin, byte[] note, CancellationToken ct)
    {
        var request = new AddCosignatureRequest { Log = origin, Note = ByteString.CopyFrom(note) };
        await CallAsync(options => client.AddCosignatureAsync(request, options), ct);
    }

    private async Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken ct)
    {
        try
        {
            var deadline = time.GetUtcNow().UtcDateTime + UnaryTimeout;
            return await call(new CallOptions(deadline: deadline, cancellationToken: ct)).ResponseAsync;
        }
        catch (RpcException e)
        {
            throw Translate(e, ct);
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync<T>(
        Func<CallOptions, AsyncServerStreamingCall<T>> start, Func<T, ByteString> bytes, [EnumeratorCancellation] CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var call = start(new CallOptions(cancellationToken: patience.Token));
        while (await NextAsync(call.ResponseStream, patience, ct)) yield return bytes(call.ResponseStream.Current).Memory;
    }

    // Whoever reads on writes what comes to the medium: a peer that never ends would fill it.
    private async IAsyncEnumerable<ReadOnlyMemory<byte>> WithinAsync(long length, IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, [EnumeratorCancellation] CancellationToken ct)
    {
        var left = length;
        await foreach (var chunk in chunks.WithCancellation(ct))
        {
            if ((left -= chunk.Length) < 0) throw new PeerUntrueException(name, "it sends more bytes than were asked for.");
            yield return chunk;
        }
    }

    private async Task<bool> NextAsync<T>(IAsyncStreamReader<T> stream, CancellationTokenSource patience, CancellationToken ct)
    {
        try
        {
            patience.CancelAfter(MessageTimeout);
            return await stream.MoveNext(patience.Token);
        }
        catch (RpcException e)
        {
            throw Translate(e, ct);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new PeerUnreachableException(name, $"no message for {MessageTimeout.TotalSeconds:0} s", e);
        }
    }

    private Exception Translate(RpcException e, CancellationToken ct) => e.StatusCode switch
    {
        StatusCode.Cancelled when ct.IsCancellationRequested => new OperationCanceledException(e.Message, e, ct),
        // A fault in the peer's program says nothing of what it holds, and no more does a call that it does not know or does not let us make.
        StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.ResourceExhausted or StatusCode.Aborted or StatusCode.Unknown or StatusCode.Internal or StatusCode.Unimplemented =>
            new PeerUnreachableException(name, e.Status.Detail, e),
        _ => new PeerUntrueException(name, $"{e.StatusCode}: {e.Status.Detail}") { InnerStatus = e.StatusCode },
    };
}

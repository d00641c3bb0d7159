using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>Sends the bytes of a part. A part that is read whole is held against its seal: the call fails at its end if they differ.</summary>
internal sealed class ContentSender
{
    private const int ChunkBytes = 256 << 10;

    internal async Task SendAsync(
        LogStore log, StoredRecord record, ReadContentRequest request, IServerStreamWriter<ReadContentResponse> responses, Action begins, CancellationToken ct)
    {
        var part = Find(record, request.Part.Length == 0 ? "c0001" : request.Part);
        var (offset, length) = RangeOf(part, request);
        begins(); // whoever breaks off has read something all the same
        await using var stream = log.OpenPart(record.Place, part.Name);
        stream.Seek(offset, SeekOrigin.Begin);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Math.Min(ChunkBytes, length)];
        for (var left = length; left > 0;)
        {
            var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), 1, throwOnEndOfStream: true, ct);
            hash.AppendData(buffer, 0, read);
            await responses.WriteAsync(new ReadContentResponse { Chunk = ByteString.CopyFrom(buffer, 0, read) }, ct);
            left -= read;
        }
        if (length == part.Size && new Digest(hash.GetHashAndReset()) != part.Sha256)
            throw ServiceCall.Error(StatusCode.DataLoss, $"The bytes of {part.Name} are not those that were sealed: what was sent must not be used. Verify the record, or read it from another node.");
    }

    private static SealPart Find(StoredRecord record, string name)
    {
        var parts = record.Seal?.Parts ?? throw ServiceCall.Error(StatusCode.DataLoss, $"The seal of record {record.RecordId} cannot be read. The next sweep repairs it.");
        return parts.FirstOrDefault(p => p.Name == name)
            ?? throw ServiceCall.NotFound($"Record {record.RecordId} has no part {name}; it has {string.Join(", ", parts.Select(p => p.Name))}.");
    }

    private static (long Offset, long Length) RangeOf(SealPart part, ReadContentRequest request)
    {
        if (request.Offset < 0 || request.Length < 0) throw ServiceCall.InvalidArgument("Offset and length cannot be negative.");
        if (request.Offset > part.Size) throw ServiceCall.OutOfRange($"{part.Name} has {part.Size} bytes; there is nothing at {request.Offset}.");
        var rest = part.Size - request.Offset;
        return (request.Offset, request.Length == 0 ? rest : Math.Min(request.Length, rest));
    }
}

using System.Buffers;
using System.Security.Cryptography;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Client;

/// <summary>Sends what an upload does not have yet, and with each part the digest of all its bytes: those that are sent now and those that were sent before.</summary>
internal sealed class PartSender(IClientStreamWriter<WriteUploadRequest> requests, UploadStatus status, RecordDraft draft, IProgress<long>? received)
{
    private const int ChunkSize = 64 << 10; // larger ones, as messages, become large objects that only full collections free

    private readonly byte[][] _buffers = [ArrayPool<byte>.Shared.Rent(ChunkSize), ArrayPool<byte>.Shared.Rent(ChunkSize)];
    private long _reached = status.Parts.Sum(p => p.Received);

    internal async Task SendAsync(CancellationToken ct)
    {
        try
        {
            CheckSame();
            var last = status.Parts.LastOrDefault();
            await requests.WriteAsync(new WriteUploadRequest { Position = new UploadPosition { Upload = status.Upload, Parts = (uint)status.Parts.Count, Offset = last?.Received ?? 0 } }, ct);
            if (last is { Ended: false }) await SendRestAsync(draft.Parts[status.Parts.Count - 1], last.Received, ct);
            foreach (var part in draft.Parts.Skip(status.Parts.Count))
            {
                await requests.WriteAsync(new WriteUploadRequest { Part = part.ToHeader() }, ct);
                await SendRestAsync(part, 0, ct);
            }

            await requests.CompleteAsync();
        }
        finally
        {
            foreach (var buffer in _buffers) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // One file must not be continued with another.
    private void CheckSame()
    {
        for (var i = 0; i < status.Parts.Count; i++)
        {
            var (known, part) = (status.Parts[i], i < draft.Parts.Count ? draft.Parts[i].ToHeader() : new PartHeader());
            if (known.Role != part.Role || known.Size != part.Size || known.FileName != part.FileName || (part.Size > 0 && known.Received > part.Size))
                throw new IOException($"The upload {status.Upload} was begun with other files: delete it, and send these as a new one.");
        }
    }

    private async Task SendRestAsync(DraftPart part, long from, CancellationToken ct)
    {
        await using var content = part.Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hashing = Task.CompletedTask;
        long at = 0;
        try
        {
            for (var turn = 0; ; turn ^= 1)
            {
                var buffer = _buffers[turn].AsMemory(0, (int)Math.Min(ChunkSize, at < from ? from - at : ChunkSize));
                var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
                await hashing; // of the other buffer, which is read into next
                if (read == 0) break;
                var (bytes, isNew) = (buffer[..read], at >= from);
                hashing = Task.Run(() => hash.AppendData(bytes.Span), CancellationToken.None);
                at += read;
                if (isNew) await SendAsync(bytes, ct);
            }
        }
        finally
        {
            await hashing;
        }

        await requests.WriteAsync(new WriteUploadRequest { End = new PartEnd { Sha256 = ByteString.CopyFrom(hash.GetHashAndReset()) } }, ct);
    }

    // The message is encoded before the write returns to us, so the buffer can be used again after it.
    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await requests.WriteAsync(new WriteUploadRequest { Chunk = UnsafeByteOperations.UnsafeWrap(bytes) }, ct);
        received?.Report(_reached += bytes.Length);
    }
}

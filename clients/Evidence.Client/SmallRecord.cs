using System.Buffers;
using Evidence.V1;
using Google.Protobuf;

namespace Evidence.Client;

/// <summary>A record as one message, in buffers from the shared pool that go back when it has been sent.</summary>
internal sealed class SmallRecord : IDisposable
{
    /// <summary>Bytes of all parts. A larger record is streamed in chunks, which costs no more and holds less in memory.</summary>
    internal const long MaxBytes = 1 << 20;

    private readonly List<byte[]> _buffers = new(1);

    private SmallRecord()
    {
    }

    internal ArchiveRecordRequest Message { get; } = new();

    /// <summary>Whether all sizes are known beforehand and small.</summary>
    internal static bool Fits(RecordDraft draft)
    {
        long size = 0;
        foreach (var part in draft.Parts)
        {
            if (part.Size is <= 0 or > MaxBytes || (size += part.Size) > MaxBytes) return false;
        }
        return size > 0;
    }

    /// <summary>Reads all parts.</summary>
    /// <exception cref="IOException">A part cannot be read, or has not the size that the draft says.</exception>
    internal static async ValueTask<SmallRecord> ReadAsync(RecordDraft draft, CancellationToken ct)
    {
        var record = new SmallRecord();
        try
        {
            record.Message.Header = new ArchiveHeader { Submitter = draft.Submitter, Description = draft.Description };
            foreach (var part in draft.Parts)
                record.Message.Parts.Add(new WholePart { Header = part.ToHeader(), Data = await record.ReadAsync(part, ct) });
            return record;
        }
        catch
        {
            record.Dispose();
            throw;
        }
    }

    /// <summary>Gives the buffers back; the message is not to be used any more.</summary>
    public void Dispose()
    {
        foreach (var buffer in _buffers)
            ArrayPool<byte>.Shared.Return(buffer);
        _buffers.Clear();
    }

    // One byte more than the part should have shows a file that has grown.
    private async ValueTask<ByteString> ReadAsync(DraftPart part, CancellationToken ct)
    {
        var size = (int)part.Size;
        var buffer = ArrayPool<byte>.Shared.Rent(size + 1);
        _buffers.Add(buffer);
        var read = part.Open.Target is FileSource file ? file.Read(buffer.AsSpan(0, size + 1)) : await ReadStreamAsync(part, buffer.AsMemory(0, size + 1), ct);
        return read == size
            ? UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, size))
            : throw new IOException($"{part.DisplayName} was to have {size} bytes and has {(read < size ? read.ToString(System.Globalization.CultureInfo.InvariantCulture) : "more")}: it was changed meanwhile.");
    }

    private static async ValueTask<int> ReadStreamAsync(DraftPart part, Memory<byte> buffer, CancellationToken ct)
    {
        await using var content = part.Open();
        return await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
    }
}

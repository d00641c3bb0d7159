using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>
/// Reads messages with their prefix out of a connection's buffer. Nothing is copied but what the marshaller copies, and nothing is read ahead:
/// the sender is told that there is room again as messages are taken. Used by one caller at a time.
/// </summary>
internal sealed class MessageReader<T>(PipeReader connection, Marshaller<T> marshaller, int? maxSize, bool gzip)
    where T : class
{
    // Give room back to the sender after this many bytes, without waiting until the buffer is used up.
    private const int ReleaseEvery = 64 * 1024;

    private readonly ReceivedMessage _message = new();
    private ArrayBufferWriter<byte>? _decompressed;
    private ReadOnlySequence<byte> _buffer;
    private long _taken;
    private bool _holdsBuffer;
    private bool _ended;

    /// <summary>The message that the last read took.</summary>
    public T? Current { get; private set; }

    /// <summary>Reads the next message.</summary>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="RpcException">INTERNAL: this is not gRPC, or not the expected message. RESOURCE_EXHAUSTED: the message is too large.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        while (!TryTake())
        {
            if (_ended)
                return AtEnd();
            await FillAsync(ct);
        }
        return true;
    }

    /// <summary>Gives the buffer back.</summary>
    public void Release()
    {
        if (_holdsBuffer)
            connection.AdvanceTo(_buffer.Start);
        _holdsBuffer = false;
    }

    private async ValueTask FillAsync(CancellationToken ct)
    {
        if (_holdsBuffer)
            connection.AdvanceTo(_buffer.Start, _buffer.End);
        _holdsBuffer = false;
        var result = await connection.ReadAsync(ct);
        _buffer = result.Buffer;
        _ended = result.IsCompleted;
        _holdsBuffer = true;
        _taken = 0;
    }

    private bool TryTake()
    {
        Current = null;
        if (!_holdsBuffer || _buffer.Length < MessagePrefix.Size)
            return false;
        var prefix = MessagePrefix.Read(_buffer);
        MessageLimits.CheckReceived(prefix.Length, maxSize);
        var size = MessagePrefix.Size + (long)prefix.Length;
        if (_buffer.Length < size)
            return false;
        Current = Decode(prefix.Compressed, _buffer.Slice(MessagePrefix.Size, prefix.Length));
        Take(size);
        return true;
    }

    private void Take(long size)
    {
        _buffer = _buffer.Slice(size);
        _taken += size;
        if (_taken < ReleaseEvery || _ended)
            return;
        // What is left has not been examined, so the next read returns it at once.
        connection.AdvanceTo(_buffer.Start);
        _holdsBuffer = false;
    }

    private T Decode(bool compressed, ReadOnlySequence<byte> payload)
    {
        _message.Payload = compressed ? Decompress(payload) : payload;
        try
        {
            return marshaller.ContextualDeserializer(_message);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"A message is no {typeof(T).Name}: {e.Message}", e));
        }
        finally
        {
            _message.Payload = default;
        }
    }

    private ReadOnlySequence<byte> Decompress(ReadOnlySequence<byte> payload)
    {
        if (!gzip)
            throw new RpcException(new Status(StatusCode.Internal, "A message is marked as compressed, but grpc-encoding names no compression."));
        _decompressed ??= new ArrayBufferWriter<byte>();
        _decompressed.ResetWrittenCount();
        GzipCoding.Decompress(payload, maxSize, _decompressed);
        return new ReadOnlySequence<byte>(_decompressed.WrittenMemory);
    }

    private bool AtEnd()
        => _buffer.IsEmpty ? false : throw new RpcException(new Status(StatusCode.Internal, "The stream ended within a message."));
}

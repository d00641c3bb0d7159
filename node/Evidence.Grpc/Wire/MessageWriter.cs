using System.Buffers;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>
/// Writes messages with their prefix. A marshaller that announces the length writes straight into the connection's buffer;
/// anything else, and what is to be compressed, goes through a buffer of its own. Used by one caller at a time.
/// </summary>
internal sealed class MessageWriter(IBufferWriter<byte> connection, int? maxSize) : SerializationContext, IBufferWriter<byte>
{
    private ArrayBufferWriter<byte>? _buffer;
    private long _missing;
    private bool _compress;
    private bool _direct;
    private bool _complete;

    /// <summary>A prefix is out and its message is not: the stream cannot be continued.</summary>
    public bool IsTorn { get; private set; }

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is too large. Nothing of it was written.</exception>
    public void Write<T>(T message, Marshaller<T> marshaller, bool compress)
    {
        _compress = compress;
        _direct = _complete = false;
        marshaller.ContextualSerializer(message, this);
        if (!_complete)
            throw new InvalidOperationException("The serializer has not completed the message.");
    }

    public override void SetPayloadLength(int payloadLength)
    {
        MessageLimits.CheckSent(payloadLength, maxSize);
        if (_compress)
            return;
        new MessagePrefix(false, (uint)payloadLength).WriteTo(connection);
        _missing = payloadLength;
        _direct = IsTorn = true;
    }

    public override IBufferWriter<byte> GetBufferWriter() => _direct ? this : Buffer();

    public override void Complete()
    {
        if (!_direct)
            WriteWhole(_buffer is null ? [] : _buffer.WrittenSpan);
        else if (_missing != 0)
            throw new InvalidOperationException($"The message is {_missing} bytes shorter than announced.");
        IsTorn = false;
        _complete = true;
    }

    public override void Complete(byte[] payload)
    {
        if (_direct)
        {
            this.Write(payload);
            Complete();
            return;
        }
        WriteWhole(payload);
        _complete = true;
    }

    public void Advance(int count)
    {
        if (count > _missing)
            throw new InvalidOperationException($"The message is {count - _missing} bytes longer than announced.");
        _missing -= count;
        connection.Advance(count);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => connection.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => connection.GetSpan(sizeHint);

    private ArrayBufferWriter<byte> Buffer()
    {
        _buffer ??= new ArrayBufferWriter<byte>();
        _buffer.ResetWrittenCount();
        return _buffer;
    }

    private void WriteWhole(ReadOnlySpan<byte> message)
    {
        MessageLimits.CheckSent(message.Length, maxSize);
        if (!_compress || message.IsEmpty)
        {
            WritePrefixed(message, compressed: false);
            return;
        }
        var gzip = new ArrayBufferWriter<byte>();
        GzipCoding.Compress(message, gzip);
        WritePrefixed(gzip.WrittenSpan, compressed: true);
    }

    private void WritePrefixed(ReadOnlySpan<byte> payload, bool compressed)
    {
        new MessagePrefix(compressed, (uint)payload.Length).WriteTo(connection);
        connection.Write(payload);
    }
}

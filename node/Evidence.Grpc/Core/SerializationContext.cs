using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a marshaller puts the bytes of one message.</summary>
public abstract class SerializationContext
{
    /// <summary>Ends the message with these bytes; they must not be changed afterwards.</summary>
    /// <param name="payload">The encoded message.</param>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException();

    /// <summary>Ends the message that was written into the buffer writer.</summary>
    /// <exception cref="InvalidOperationException">More or fewer bytes were written than <see cref="SetPayloadLength"/> announced.</exception>
    public virtual void Complete() => throw new NotSupportedException();

    /// <summary>The buffer to write the message into.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException();

    /// <summary>Announces the length of the message, so that it can be written straight to the connection.</summary>
    /// <param name="payloadLength">Bytes.</param>
    public virtual void SetPayloadLength(int payloadLength) => throw new NotSupportedException();
}

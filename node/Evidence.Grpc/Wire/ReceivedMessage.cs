using System.Buffers;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>A message where it lies in the receive buffer. One object serves all messages of a stream.</summary>
internal sealed class ReceivedMessage : DeserializationContext
{
    public ReadOnlySequence<byte> Payload { get; set; }

    public override int PayloadLength => (int)Payload.Length;

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => Payload;
}

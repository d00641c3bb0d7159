namespace Grpc.Core;

/// <summary>Encodes and decodes messages of one type.</summary>
/// <param name="serializer">Writes a message into the context and completes it.</param>
/// <param name="deserializer">Reads a message out of the context.</param>
public class Marshaller<T>(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
{
    /// <summary>Writes a message into the context and completes it.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; } = serializer;

    /// <summary>Reads a message out of the context.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; } = deserializer;
}

using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>Limits and habits of all gRPC services of a host.</summary>
public sealed class GrpcServiceOptions
{
    /// <summary>Largest request message in bytes, after decompression; null: no limit. A larger one ends the call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Largest response message in bytes, before compression; null: no limit. A larger one ends the call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>How responses are compressed where the client accepts it: <c>gzip</c>, or null for not at all.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>See every call of the host's services before they are handled.</summary>
    public InterceptorCollection Interceptors { get; } = new();

    /// <summary>Requests of some types are read in another way than the generated code reads them, by type.</summary>
    internal Dictionary<Type, Delegate> Readers { get; } = [];

    /// <summary>Has requests of one type read by <paramref name="read"/> instead of by the generated code, for all methods that take it.</summary>
    /// <param name="read">Reads a message where it lies; it must not keep that memory.</param>
    public void ReadRequestsBy<T>(Func<DeserializationContext, T> read) => Readers[typeof(T)] = read;
}

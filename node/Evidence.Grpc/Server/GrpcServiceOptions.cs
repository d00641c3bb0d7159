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
}

namespace Grpc.Core;

/// <summary>How many messages travel in each direction of a call.</summary>
public enum MethodType
{
    /// <summary>One request, one response.</summary>
    Unary,

    /// <summary>A stream of requests, one response.</summary>
    ClientStreaming,

    /// <summary>One request, a stream of responses.</summary>
    ServerStreaming,

    /// <summary>A stream of requests and, independent of it, a stream of responses.</summary>
    DuplexStreaming,
}

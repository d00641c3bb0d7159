namespace Grpc.Core.Interceptors;

/// <summary>A call that a client is about to start.</summary>
/// <param name="method">The method.</param>
/// <param name="host">The host to ask for instead of the channel's; null: the channel's.</param>
/// <param name="options">Metadata, deadline, cancellation.</param>
public readonly struct ClientInterceptorContext<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    where TRequest : class
    where TResponse : class
{
    /// <summary>The method.</summary>
    public Method<TRequest, TResponse> Method { get; } = method;

    /// <summary>The host to ask for instead of the channel's; null: the channel's.</summary>
    public string? Host { get; } = host;

    /// <summary>Metadata, deadline, cancellation.</summary>
    public CallOptions Options { get; } = options;
}

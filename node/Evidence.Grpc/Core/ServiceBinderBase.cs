namespace Grpc.Core;

/// <summary>Takes the methods of a service one by one. The generated <c>BindService</c> calls it.</summary>
public abstract class ServiceBinderBase
{
    /// <summary>Takes a method with one request and one response.</summary>
    /// <param name="method">The method.</param>
    /// <param name="handler">What handles it; null when only the methods are asked for.</param>
    public abstract void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class;

    /// <summary>Takes a method with a stream of requests.</summary>
    /// <param name="method">The method.</param>
    /// <param name="handler">What handles it; null when only the methods are asked for.</param>
    public abstract void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class;

    /// <summary>Takes a method with a stream of responses.</summary>
    /// <param name="method">The method.</param>
    /// <param name="handler">What handles it; null when only the methods are asked for.</param>
    public abstract void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class;

    /// <summary>Takes a method with streams in both directions.</summary>
    /// <param name="method">The method.</param>
    /// <param name="handler">What handles it; null when only the methods are asked for.</param>
    public abstract void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        where TRequest : class
        where TResponse : class;
}

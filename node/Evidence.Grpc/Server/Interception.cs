using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.AspNetCore.Server;

/// <summary>Puts the interceptors of a host around the handler of a method. Without interceptors the handler stays as it is.</summary>
internal static class Interception
{
    public static Func<TService, TRequest, ServerCallContext, Task<TResponse>> AroundUnary<TService, TRequest, TResponse>(
        Func<TService, TRequest, ServerCallContext, Task<TResponse>> handler, Interceptor[] interceptors)
        where TRequest : class
        where TResponse : class
        => interceptors.Reverse().Aggregate(handler, static (inner, interceptor) => (service, request, context)
            => interceptor.UnaryServerHandler<TRequest, TResponse>(request, context, (sent, call) => inner(service, sent, call)));

    public static Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>> AroundClientStreaming<TService, TRequest, TResponse>(
        Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>> handler, Interceptor[] interceptors)
        where TRequest : class
        where TResponse : class
        => interceptors.Reverse().Aggregate(handler, static (inner, interceptor) => (service, requests, context)
            => interceptor.ClientStreamingServerHandler<TRequest, TResponse>(requests, context, (sent, call) => inner(service, sent, call)));

    public static Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> AroundServerStreaming<TService, TRequest, TResponse>(
        Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> handler, Interceptor[] interceptors)
        where TRequest : class
        where TResponse : class
        => interceptors.Reverse().Aggregate(handler, static (inner, interceptor) => (service, request, responses, context)
            => interceptor.ServerStreamingServerHandler<TRequest, TResponse>(request, responses, context, (sent, taken, call) => inner(service, sent, taken, call)));

    public static Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> AroundDuplex<TService, TRequest, TResponse>(
        Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task> handler, Interceptor[] interceptors)
        where TRequest : class
        where TResponse : class
        => interceptors.Reverse().Aggregate(handler, static (inner, interceptor) => (service, requests, responses, context)
            => interceptor.DuplexStreamingServerHandler<TRequest, TResponse>(requests, responses, context, (sent, taken, call) => inner(service, sent, taken, call)));
}

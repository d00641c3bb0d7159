using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server;

/// <summary>Maps each method of a service to its path and to the method of <typeparamref name="TService"/> that handles it.</summary>
internal sealed class ServiceMapper<TService>(IEndpointRouteBuilder routes, CallHost host) : ServiceBinderBase
    where TService : class
{
    private readonly ContainerActivator<TService> _activator = new();

    /// <exception cref="InvalidOperationException"><typeparamref name="TService"/> has no generated base class.</exception>
    public void MapAll()
    {
        var (baseType, bind) = FindBinding(typeof(TService));
        if (bind.BindType.GetProperty("Descriptor")?.GetValue(null) is ServiceDescriptor descriptor)
            host.Services.Add(descriptor);
        var method = bind.BindType.GetMethod(bind.BindMethodName, [typeof(ServiceBinderBase), baseType])!;
        method.Invoke(null, [this, null]);
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Interception.AroundUnary(
            Open<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>(method.Name, typeof(TRequest), typeof(ServerCallContext)), host.Interceptors);
        Map(method, async (service, call) =>
            await call.Responses.WriteLastAsync(await invoke(service, await call.ReadSingleAsync(), call.Context)));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Interception.AroundClientStreaming(
            Open<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>(
                method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext)), host.Interceptors);
        Map(method, async (service, call) => await call.Responses.WriteLastAsync(await invoke(service, call.Requests, call.Context)));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Interception.AroundServerStreaming(
            Open<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
                method.Name, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)), host.Interceptors);
        Map(method, async (service, call) => await invoke(service, await call.ReadSingleAsync(), call.Responses, call.Context));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Interception.AroundDuplex(
            Open<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
                method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)), host.Interceptors);
        Map(method, (service, call) => invoke(service, call.Requests, call.Responses, call.Context));
    }

    private void Map<TRequest, TResponse>(Method<TRequest, TResponse> method, CallBody<TService, TRequest, TResponse> body)
        where TRequest : class
        where TResponse : class
    {
        var handler = new CallHandler<TService, TRequest, TResponse>(WithReader(method), _activator, body, host);
        routes.MapPost(method.FullName, (RequestDelegate)handler.HandleAsync).WithDisplayName("gRPC " + method.FullName);
    }

    private Method<TRequest, TResponse> WithReader<TRequest, TResponse>(Method<TRequest, TResponse> method)
        => host.Options.Readers.GetValueOrDefault(typeof(TRequest)) is Func<DeserializationContext, TRequest> read
            ? new(method.Type, method.ServiceName, method.Name, new(method.RequestMarshaller.ContextualSerializer, read), method.ResponseMarshaller)
            : method;

    // The service is an argument of the delegate, so none has to be made for each call.
    private static TDelegate Open<TDelegate>(string name, params Type[] parameters)
        where TDelegate : Delegate
        => typeof(TService).GetMethod(name, parameters)!.CreateDelegate<TDelegate>();

    private static (Type BaseType, BindServiceMethodAttribute Bind) FindBinding(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } bind)
                return (type, bind);
        }
        throw new InvalidOperationException($"{typeof(TService)} is no gRPC service: none of its base classes was generated from a .proto file.");
    }
}

using System.Collections.Concurrent;
using Evidence.Tests.Grpc.Protocol;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Grpc;

/// <summary>Interceptors on both sides, on the errand that they are mostly sent on: a client says who calls, a server refuses whoever does not.</summary>
public sealed class InterceptorTests
{
    [Fact]
    public async Task A_server_refuses_calls_of_every_kind_before_the_handler_sees_them()
    {
        await using var server = await StartAsync();
        foreach (var call in Kinds(server.Client))
            Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task A_client_says_who_calls_in_calls_of_every_kind()
    {
        await using var server = await StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        foreach (var call in Kinds(new ProbeService.ProbeServiceClient(channel.Intercept(new Caller("secret")))))
            await call();
    }

    [Fact]
    public async Task What_the_caller_asked_for_stands_beside_what_an_interceptor_adds()
    {
        await using var server = await StartAsync();
        string? seen = null;
        server.Probe.OnOne = (_, context) =>
        {
            seen = context.RequestHeaders.GetValue("x-mine");
            return Task.FromResult(new Pong());
        };
        using var channel = GrpcChannel.ForAddress(server.Address);
        await new ProbeService.ProbeServiceClient(channel.Intercept(new Caller("secret"))).OneAsync(new Ping(), new Metadata { { "x-mine", "yes" } });
        Assert.Equal("yes", seen);
    }

    [Fact]
    public async Task The_first_interceptor_is_the_outermost_on_both_sides()
    {
        var order = new ConcurrentQueue<string>();
        await using var server = await ProbeServer.StartAsync(
            options =>
            {
                options.Interceptors.Add<Outer>();
                options.Interceptors.Add<Inner>();
            },
            services: services => services.AddSingleton(order));
        using var channel = GrpcChannel.ForAddress(server.Address);
        await new ProbeService.ProbeServiceClient(channel.Intercept(new Teller("a", order), new Teller("b", order))).OneAsync(new Ping());
        Assert.Equal(["a", "b", "outer", "inner"], order);
    }

    private static Func<Task>[] Kinds(ProbeService.ProbeServiceClient client) =>
    [
        () => Task.Run(() => client.One(new Ping())),
        async () => await client.OneAsync(new Ping()),
        async () =>
        {
            using var call = client.Collect();
            await call.RequestStream.CompleteAsync();
            await call;
        },
        async () =>
        {
            using var call = client.Expand(new Ping { Number = 1 });
            Assert.True(await call.ResponseStream.MoveNext(default));
        },
        async () =>
        {
            using var call = client.Chat();
            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext(default));
        },
    ];

    private static Task<ProbeServer> StartAsync() => ProbeServer.StartAsync(options => options.Interceptors.Add<Guard>());

    private sealed class Guard : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
            => continuation(request, Check(context));

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
            => continuation(requestStream, Check(context));

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
            => continuation(request, responseStream, Check(context));

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
            => continuation(requestStream, responseStream, Check(context));

        private static ServerCallContext Check(ServerCallContext context) => context.RequestHeaders.GetValue("authorization") == "Bearer secret"
            ? context
            : throw new RpcException(new Status(StatusCode.Unauthenticated, "Who are you?"));
    }

    private sealed class Caller(string token) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
            => continuation(request, Signed(context));

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
            => continuation(request, Signed(context));

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
            => continuation(request, Signed(context));

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
            => continuation(Signed(context));

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
            => continuation(Signed(context));

        private ClientInterceptorContext<TRequest, TResponse> Signed<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
            where TRequest : class
            where TResponse : class
        {
            var headers = new Metadata { { "authorization", $"Bearer {token}" } };
            foreach (var entry in context.Options.Headers ?? [])
                headers.Add(entry);
            return new(context.Method, context.Host, context.Options.WithHeaders(headers));
        }
    }

    private class Teller(string name, ConcurrentQueue<string> order) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            order.Enqueue(name);
            return continuation(request, context);
        }

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            order.Enqueue(name);
            return continuation(request, context);
        }
    }

    private sealed class Outer(ConcurrentQueue<string> order) : Teller("outer", order);

    private sealed class Inner(ConcurrentQueue<string> order) : Teller("inner", order);
}

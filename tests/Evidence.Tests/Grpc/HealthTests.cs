using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Evidence.Tests.Grpc;

public sealed class HealthTests
{
    private readonly HealthServiceImpl _health = new();

    [Fact]
    public async Task Check_says_how_a_service_is_and_does_not_know_others()
    {
        await using var server = await StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new global::Grpc.Health.V1.Health.HealthClient(channel);
        _health.SetStatus("", ServingStatus.Serving);
        _health.SetStatus("a", ServingStatus.NotServing);
        Assert.Equal(ServingStatus.Serving, (await client.CheckAsync(new HealthCheckRequest())).Status);
        Assert.Equal(ServingStatus.NotServing, (await client.CheckAsync(new HealthCheckRequest { Service = "a" })).Status);
        var e = await Assert.ThrowsAsync<RpcException>(async () => await client.CheckAsync(new HealthCheckRequest { Service = "b" }));
        Assert.Equal(StatusCode.NotFound, e.StatusCode);
    }

    [Fact]
    public async Task Watch_tells_every_change_and_nothing_twice()
    {
        await using var server = await StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var watch = new global::Grpc.Health.V1.Health.HealthClient(channel).Watch(new HealthCheckRequest { Service = "a" });
        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
        _health.SetStatus("a", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        _health.SetStatus("a", ServingStatus.Serving);
        _health.SetStatus("b", ServingStatus.NotServing);
        _health.SetStatus("a", ServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
    }

    [Fact]
    public async Task Watches_end_when_the_server_shuts_down()
    {
        await using var server = await StartAsync();
        _health.SetStatus("a", ServingStatus.Serving);
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var watch = new global::Grpc.Health.V1.Health.HealthClient(channel).Watch(new HealthCheckRequest { Service = "a" });
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        var stopping = server.StopAsync();
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        var e = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        _health.SetStatus("a", ServingStatus.Serving);
        await stopping;
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(default));
        return watch.ResponseStream.Current.Status;
    }

    private Task<ProbeServer> StartAsync() => ProbeServer.StartAsync(
        services: services => services.Add(new(typeof(HealthServiceImpl), _health)), map: app => app.MapGrpcHealthService());
}

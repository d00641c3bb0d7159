using System.Net;
using System.Threading.RateLimiting;
using Evidence.Node.Access;
using Evidence.Node.Configuration;
using Evidence.Tests.Nodes;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1;

namespace Evidence.Tests.Access;

/// <summary>What strangers can have a node hold by the services that are open to anyone.</summary>
public sealed class PublicCallTests(LockedNode locked) : IClassFixture<LockedNode>
{
    private const string Method = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    [Fact]
    public async Task A_long_message_is_refused_as_soon_as_it_is_announced()
    {
        using var channel = GrpcChannel.ForAddress(locked.Node.Address.AbsoluteUri);
        using var call = new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo();
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = new string('a', AccessConventions.MaxPublicMessageBytes) }); // or only here, if the refusal is slower
            await call.ResponseStream.MoveNext(default);
        });
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
    }

    [Fact]
    public async Task Only_so_many_are_under_way_from_one_address_and_other_methods_go_on()
    {
        using var channel = GrpcChannel.ForAddress(locked.Node.Address.AbsoluteUri);
        var client = new ServerReflection.ServerReflectionClient(channel);
        var open = Enumerable.Range(0, CallerLimits.PublicAtOnce).Select(_ => client.ServerReflectionInfo()).ToList();
        foreach (var call in open) Assert.True(await AskAsync(call));
        using (var oneMore = client.ServerReflectionInfo())
            Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => AskAsync(oneMore))).StatusCode);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest())).Status);
        foreach (var call in open) call.Dispose();
        await Eventually.TrueAsync(() => IsLetInAsync(client), "they have ended");
    }

    [Fact]
    public void Only_so_many_are_under_way_from_all_addresses_together()
    {
        using var limits = new CallerLimits(new NodeOptions { Name = "n", Listen = locked.Node.Address, DataFolder = "", KeysFolder = "", Origin = "o", WitnessName = "w" });
        var leases = new List<RateLimitLease>();
        for (var i = 0; i < 1000 && (leases.Count == 0 || leases[^1].IsAcquired); i++) leases.Add(limits.EnterPublic(Method, new IPAddress([10, 0, (byte)(i / 256), (byte)i])));
        Assert.Equal(CallerLimits.PublicAtOnceInAll, leases.Count(lease => lease.IsAcquired));
        Assert.True(limits.EnterPublic("/grpc.health.v1.Health/Check", IPAddress.Loopback).IsAcquired);
        leases[0].Dispose();
        Assert.True(limits.EnterPublic(Method, IPAddress.Loopback).IsAcquired);
    }

    private static async Task<bool> AskAsync(AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call)
    {
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "*" });
        return await call.ResponseStream.MoveNext(default);
    }

    private static async Task<bool> IsLetInAsync(ServerReflection.ServerReflectionClient client)
    {
        using var call = client.ServerReflectionInfo();
        try
        {
            return await AskAsync(call);
        }
        catch (RpcException)
        {
            return false;
        }
    }
}

using Evidence.Tests.Grpc.Protocol;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;
using Status = Grpc.Core.Status;

namespace Evidence.Tests.Grpc;

public sealed class RichErrorTests
{
    [Fact]
    public async Task A_status_with_details_reaches_the_client_whole()
    {
        await using var server = await ProbeServer.StartAsync();
        var info = new ErrorInfo { Reason = "LOG_CLOSED", Domain = "evidence.v1", Metadata = { ["log"] = "node1" } };
        var status = new RpcStatus
        {
            Code = (int)StatusCode.FailedPrecondition,
            Message = "日志已关闭",
            Details = { Any.Pack(info), Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(30)) }) },
        };
        server.Probe.OnOne = (_, _) => throw status.ToRpcException();
        var e = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.OneAsync(new Ping()));
        Assert.Equal(new Status(StatusCode.FailedPrecondition, "日志已关闭"), e.Status);
        Assert.Equal(status, e.GetRpcStatus());
        Assert.Equal(info, e.GetRpcStatus()!.GetDetail<ErrorInfo>());
        Assert.Equal(30, e.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.Seconds);
        Assert.Null(e.GetRpcStatus()!.GetDetail<BadRequest>());
    }

    [Fact]
    public async Task An_error_without_details_or_with_unreadable_ones_is_still_an_error()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnOne = (ping, _) => throw new RpcException(
            new Status(StatusCode.NotFound, "no such record"), ping.Number == 0 ? [] : new Metadata { { RpcStatusExtensions.DetailsTrailer, new byte[] { 0xff } } });
        foreach (var number in (int[])[0, 1])
        {
            var e = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.OneAsync(new Ping { Number = number }));
            Assert.Equal("no such record", e.Status.Detail);
            Assert.Null(e.GetRpcStatus());
        }
    }

    [Fact]
    public void Success_carries_no_error() => Assert.Throws<ArgumentException>(() => new RpcStatus().ToRpcException());
}

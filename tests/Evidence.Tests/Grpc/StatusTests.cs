using Evidence.Tests.Grpc.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Grpc;

public sealed class StatusTests
{
    public static TheoryData<string> Details => new()
    {
        "",
        "plain text",
        "100% sure, 50%25",
        "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n",
        "签名与内容不符：第 3 页",
    };

    [Theory]
    [MemberData(nameof(Details))]
    public async Task A_handler_s_status_reaches_the_client_to_the_letter(string detail)
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnOne = (_, _) => throw new RpcException(new Status(StatusCode.DataLoss, detail));
        var e = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.OneAsync(new Ping()));
        Assert.Equal(StatusCode.DataLoss, e.StatusCode);
        Assert.Equal(detail, e.Status.Detail);
    }

    [Theory]
    [InlineData(StatusCode.Cancelled)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.AlreadyExists)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.FailedPrecondition)]
    [InlineData(StatusCode.Aborted)]
    [InlineData(StatusCode.OutOfRange)]
    [InlineData(StatusCode.Unimplemented)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.DataLoss)]
    [InlineData(StatusCode.Unauthenticated)]
    public async Task Every_code_reaches_the_client_before_and_after_responses(StatusCode code)
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnExpand = async (ping, pongs, context) =>
        {
            for (var i = 0; i < ping.Number; i++)
                await pongs.WriteAsync(new Pong());
            context.Status = new Status(code, "so it is");
        };
        foreach (var responses in (int[])[0, 2])
        {
            using var call = server.Client.Expand(new Ping { Number = responses });
            for (var i = 0; i < responses; i++)
                Assert.True(await call.ResponseStream.MoveNext(default));
            var e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
            Assert.Equal(new Status(code, "so it is"), e.Status);
            Assert.Equal(code, call.GetStatus().StatusCode);
        }
    }

    [Fact]
    public async Task A_call_that_is_refused_while_requests_are_written_ends_with_the_status_of_the_refusal()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnChat = static (_, _, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "not you"));
        for (var i = 0; i < 100; i++)
        {
            using var call = server.Client.Chat();
            var e = await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (true) await call.RequestStream.WriteAsync(new Ping());
            }).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(new Status(StatusCode.PermissionDenied, "not you"), e.Status);
        }
    }

    [Fact]
    public async Task A_very_long_text_is_cut_and_not_lost()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnOne = (_, _) => throw new RpcException(new Status(StatusCode.Internal, new string('证', 100_000)));
        var e = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.OneAsync(new Ping()));
        Assert.Equal(StatusCode.Internal, e.StatusCode);
        Assert.StartsWith(new string('证', 500), e.Status.Detail);
        Assert.EndsWith("...", e.Status.Detail);
    }

    [Fact]
    public async Task A_failing_handler_is_logged_and_tells_the_client_nothing()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnOne = (_, _) => throw new FormatException("the secret is 42");
        var e = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.OneAsync(new Ping()));
        Assert.Equal(StatusCode.Unknown, e.StatusCode);
        Assert.DoesNotContain("42", e.Status.Detail);
        Assert.Contains(server.Log.Entries, entry => entry is { Level: LogLevel.Error, Exception: FormatException });
    }

    [Fact]
    public async Task A_refusal_by_the_handler_is_not_logged_as_a_failure()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnOne = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, "no such record"));
        await Assert.ThrowsAsync<RpcException>(async () => await server.Client.OneAsync(new Ping()));
        Assert.DoesNotContain(server.Log.Entries, entry => entry.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task A_method_that_nobody_wrote_is_unimplemented()
    {
        await using var server = await ProbeServer.StartAsync();
        var e = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.ForgottenAsync(new Ping()));
        Assert.Equal(StatusCode.Unimplemented, e.StatusCode);
    }

    [Theory]
    [InlineData("evidence.tests.ProbeService", "Unknown")]
    [InlineData("evidence.tests.UnknownService", "One")]
    public async Task A_method_or_service_that_does_not_exist_is_unimplemented(string service, string method)
    {
        await using var server = await ProbeServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var bytes = Marshallers.Create(static (byte[] b) => b, static b => b);
        var unknown = new Method<byte[], byte[]>(MethodType.Unary, service, method, bytes, bytes);
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(unknown, null, default, []);
        var e = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.Unimplemented, e.StatusCode);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        var server = await ProbeServer.StartAsync();
        await server.DisposeAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new ProbeService.ProbeServiceClient(channel);
        var e = await Assert.ThrowsAsync<RpcException>(async () => await client.OneAsync(new Ping()));
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        using var chat = client.Chat();
        e = await Assert.ThrowsAsync<RpcException>(() => chat.RequestStream.WriteAsync(new Ping()));
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
    }

    [Fact]
    public async Task A_server_that_goes_away_in_the_middle_of_a_call_is_unavailable()
    {
        var server = await ProbeServer.StartAsync();
        server.Probe.OnChat = async (pings, _, context) =>
        {
            await pings.MoveNext(context.CancellationToken);
            context.GetHttpContext().Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeFeature>()!.Abort();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        };
        await using (server)
        {
            using var call = server.Client.Chat();
            await call.RequestStream.WriteAsync(new Ping());
            var e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
            Assert.True(StatusCode.Unavailable == e.StatusCode, e.ToString());
        }
    }

    [Fact]
    public async Task A_handler_that_answers_early_ends_the_request_stream_with_its_status()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnCollect = async (pings, context) =>
        {
            await pings.MoveNext(context.CancellationToken);
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "signature does not verify"));
        };
        using var call = server.Client.Collect();
        var body = ByteString.CopyFrom(new byte[64 * 1024]);
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
                await call.RequestStream.WriteAsync(new Ping { Body = body });
        });
        Assert.Equal(new Status(StatusCode.FailedPrecondition, "signature does not verify"), e.Status);
        e = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal("signature does not verify", e.Status.Detail);
    }

    [Fact]
    public async Task A_handler_of_a_duplex_stream_that_answers_early_is_heard()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnChat = async (pings, pongs, context) =>
        {
            await pings.MoveNext(context.CancellationToken);
            await pongs.WriteAsync(new Pong { Text = "enough" });
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "disk full"));
        };
        using var call = server.Client.Chat();
        var body = ByteString.CopyFrom(new byte[64 * 1024]);
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
                await call.RequestStream.WriteAsync(new Ping { Body = body });
        });
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal("enough", call.ResponseStream.Current.Text);
        var e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(new Status(StatusCode.ResourceExhausted, "disk full"), e.Status);
    }
}
